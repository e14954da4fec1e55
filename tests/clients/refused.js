// Sends a body of so many bytes again and again by fetch, and prints what it reads each time:
// ADDRESS TYPE BYTES TIMES. The body begins with the standard input and goes on with blanks.
const [address, type, bytes, times] = process.argv.slice(2);
const begun = [];
for await (const piece of process.stdin) begun.push(piece);
const start = Buffer.concat(begun);
const body = Buffer.alloc(Math.max(Number(bytes), start.length), ' ');
start.copy(body);

for (let time = 0; time < Number(times); time += 1) {
  let read;
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': type, 'GraphQL-Require-Preflight': '1' },
      body,
    });
    read = { status: answer.status, answer: await answer.json() };
  } catch (error) {
    read = { failure: String(error.cause ?? error) };
  }
  console.log(JSON.stringify(read));
}

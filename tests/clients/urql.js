// Asks as @urql/core does with its defaults: ADDRESS WAY, where the way is how subscriptions come, "socket" or "stream".
// Each line of the standard input is an operation, {kind, query, variables}; a file stands as {$file: its text}.
// Each result is a line, {data, code}.
import { createInterface } from 'node:readline';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [address, way] = process.argv.slice(2);

function overSocket() {
  const socket = createClient({ url: address.replace('http', 'ws'), webSocketImpl: WebSocket });
  const forwardSubscription = ({ query, variables }) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
  });
  return subscriptionExchange({ forwardSubscription });
}

const client = new Client({
  url: address,
  exchanges: way === 'socket' ? [overSocket(), fetchExchange] : [fetchExchange],
  fetchSubscriptions: way === 'stream',
  fetchOptions: { headers: { 'GraphQL-Require-Preflight': '1' } },
});

const withFiles = (_, value) => (value?.$file === undefined ? value : new File([value.$file], 'notes.txt'));

for await (const line of createInterface({ input: process.stdin })) {
  const { kind, query, variables } = JSON.parse(line, withFiles);
  const told = ({ data, error }) => {
    const code = error?.graphQLErrors[0]?.extensions.code ?? error?.networkError?.message;
    console.log(JSON.stringify({ data: data ?? null, code: code ?? null }));
  };
  client[kind](query, variables).subscribe(told);
}

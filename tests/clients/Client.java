import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;

/**
 * Java's own HttpClient with its defaults, which offers an upgrade to HTTP/2 with each request to a plain address.
 *
 * post ADDRESS TYPE FILE...  sends each file on one client; prints status, version and body of each answer
 * stream ADDRESS FILE        prints each line of an event stream as it comes, up to the data of the first event
 * socket ADDRESS             sends each line of the standard input over a WebSocket, and prints each message
 */
class Client {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] words) throws Exception {
        URI address = URI.create(words[1]);
        if (words[0].equals("post")) {
            for (int place = 3; place < words.length; place++) post(address, words[2], Path.of(words[place]));
        } else if (words[0].equals("stream")) {
            stream(address, Path.of(words[2]));
        } else {
            socket(address);
        }
    }

    private static HttpRequest.Builder request(URI address, String type, Path body) throws Exception {
        return HttpRequest.newBuilder(address)
                .header("Content-Type", type)
                .header("GraphQL-Require-Preflight", "1")
                .POST(HttpRequest.BodyPublishers.ofFile(body));
    }

    private static void post(URI address, String type, Path body) throws Exception {
        HttpResponse<String> answer =
                CLIENT.send(request(address, type, body).build(), HttpResponse.BodyHandlers.ofString());
        say(answer.statusCode() + " " + answer.version() + " " + answer.body());
    }

    private static void stream(URI address, Path body) throws Exception {
        HttpRequest asked = request(address, "application/json", body).header("Accept", "text/event-stream").build();
        for (String line : (Iterable<String>) CLIENT.send(asked, HttpResponse.BodyHandlers.ofLines()).body()::iterator) {
            say(line);
            if (line.startsWith("data: ")) System.exit(0);
        }
    }

    private static void socket(URI address) throws Exception {
        WebSocket socket = CLIENT.newWebSocketBuilder()
                .subprotocols("graphql-transport-ws")
                .buildAsync(address, new Printer())
                .join();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) socket.sendText(line, true).join();
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    private static synchronized void say(String line) {
        OUT.println(line);
    }

    private static class Printer implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean isLast) {
            message.append(text);
            if (isLast) {
                say(message.toString());
                message.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}

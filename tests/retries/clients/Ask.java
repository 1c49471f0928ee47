import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** One request by Java's own client, which has no retries of its own; prints a status, `timeout` or `error`. */
public class Ask {
    public static void main(String[] words) throws Exception {
        long patience = (long) (Double.parseDouble(System.getenv("PATIENCE")) * 1000);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(words[1])).timeout(Duration.ofMillis(patience));
        if (words[0].equals("POST")) {
            request.header("Content-Type", "application/json");
            request.POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"Tea\"}"));
        }
        if (System.getenv("TOKEN") != null) {
            request.header("Authorization", "Bearer " + System.getenv("TOKEN"));
        }
        try {
            HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            boolean whole = answer.statusCode() >= 400 || answer.body().strip().endsWith("}");
            System.out.println(answer.statusCode() + (whole ? "" : ", no JSON"));
        } catch (HttpTimeoutException late) {
            System.out.println("timeout");
        } catch (Exception other) {
            System.out.println("error");
        }
    }
}

package io.ngrid.examples.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NoQuorumException;
import io.ngrid.api.OperationTimeoutException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ProducerTest {
    @TempDir
    Path directory;

    private final List<String> offered = new CopyOnWriteArrayList<>();

    @Test
    void offersInOrderAndWritesALedger() throws Exception {
        Path ledger = directory.resolve("sub/ledger");
        Producer producer = start(queue(message -> true), config(3, ledger));
        awaitEnd(ledger);
        producer.stop();

        assertThat(offered).containsExactly("p-1-1", "p-1-2", "p-1-3");
        assertThat(outcomes(ledger)).containsExactly("ok p-1-1", "ok p-1-2", "ok p-1-3", "end p-1");
        assertThat(Files.readAllLines(ledger)).allMatch(line -> line.matches("\\d+ \\w+ \\S+"));
    }

    @Test
    void repeatsWhatWasNotExecutedAndNotesWhatIsUnknown() throws Exception {
        Path ledger = directory.resolve("ledger");
        Producer producer = start(
                queue(message -> {
                    if (offered.size() == 1) {
                        throw new NoQuorumException("1 of 3");
                    } else if (offered.size() == 3) {
                        throw new OperationTimeoutException("no answer");
                    }
                    return true;
                }),
                config(3, ledger));
        awaitEnd(ledger);
        producer.stop();

        assertThat(offered).containsExactly("p-1-1", "p-1-1", "p-1-2", "p-1-3");
        assertThat(outcomes(ledger)).containsExactly("ok p-1-1", "unknown p-1-2", "ok p-1-3", "end p-1");
    }

    @Test
    void goesOnBehindAnEarlierLedger() throws Exception {
        Path ledger = directory.resolve("ledger");
        Files.writeString(ledger, "1 ok p-1-1\n2 ok p-1-2\n3 ok p-1");
        Producer producer = start(queue(message -> true), config(5, ledger));
        awaitEnd(ledger);
        producer.stop();

        assertThat(offered).containsExactly("p-1-4", "p-1-5");
        assertThat(outcomes(ledger)).contains("unknown p-1-3").endsWith("end p-1");

        start(queue(message -> true), config(5, ledger)).stop();
        assertThat(offered).hasSize(2);
    }

    private static Producer start(DistributedQueue<String> queue, Producer.Config config) throws Exception {
        Producer producer = new Producer(config);
        producer.setQueue(queue);
        producer.start();
        return producer;
    }

    private static void awaitEnd(Path ledger) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> Files.exists(ledger) && outcomes(ledger).contains("end p-1"));
    }

    private static List<String> outcomes(Path ledger) throws Exception {
        return Files.readAllLines(ledger).stream()
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private DistributedQueue<String> queue(Predicate<String> answer) {
        return (DistributedQueue<String>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DistributedQueue.class}, (proxy, method, args) -> {
                    offered.add((String) args[0]);
                    return answer.test((String) args[0]);
                });
    }

    private static Producer.Config config(long messages, Path ledger) {
        Map<String, Object> values =
                Map.of("producer", "p", "messages", messages, "threads", 1, "pause", 0L, "ledger", ledger.toString());
        return (Producer.Config) Proxy.newProxyInstance(
                ProducerTest.class.getClassLoader(),
                new Class<?>[] {Producer.Config.class},
                (proxy, method, args) -> values.get(method.getName()));
    }
}

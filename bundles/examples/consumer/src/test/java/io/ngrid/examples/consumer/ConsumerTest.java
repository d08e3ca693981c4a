package io.ngrid.examples.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NoQuorumException;
import io.ngrid.api.OperationTimeoutException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ConsumerTest {
    @TempDir
    Path directory;

    @Test
    void writesWhatItReceivesInItsOrder() throws Exception {
        Path ledger = directory.resolve("ledger");
        Iterator<Object> answers = List.<Object>of(
                        "p-1-1", new NoQuorumException("1 of 3"), "p-1-2", new OperationTimeoutException("?"), "p-1-3")
                .iterator();
        Consumer consumer = new Consumer(config(ledger));
        consumer.setQueue(queue(answers));
        consumer.start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> Files.readAllLines(ledger).size() == 4);
        consumer.stop();

        assertThat(Files.readAllLines(ledger))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .containsExactly("ok p-1-1", "ok p-1-2", "unknown -", "ok p-1-3");
    }

    @SuppressWarnings("unchecked")
    private DistributedQueue<String> queue(Iterator<Object> answers) {
        return (DistributedQueue<String>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DistributedQueue.class}, (proxy, method, args) -> {
                    Object answer = answers.hasNext() ? answers.next() : new NoQuorumException("over");
                    if (answer instanceof RuntimeException trouble) {
                        throw trouble;
                    }
                    return answer;
                });
    }

    private static Consumer.Config config(Path ledger) {
        Map<String, Object> values = Map.of("threads", 1, "ledger", ledger.toString());
        return (Consumer.Config) Proxy.newProxyInstance(
                ConsumerTest.class.getClassLoader(),
                new Class<?>[] {Consumer.Config.class},
                (proxy, method, args) -> values.get(method.getName()));
    }
}

package io.ngrid.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.storage.NQueueOptions.Durability;
import io.ngrid.storage.NQueueOptions.WhenFull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The code in docs/nqueue.md, as it is there. */
@Timeout(60)
class NQueueGuideTest {
    @TempDir
    Path directory;

    private final List<String> handled = new ArrayList<>();

    private void handle(byte[] body) {
        handled.add(new String(body, UTF_8));
    }

    @Test
    void first() throws IOException {
        byte[] bytes = "hello".getBytes(UTF_8);
        try (NQueue queue = NQueue.open(directory.resolve("outbox"), NQueueOptions.defaults())) {
            long sequence = queue.append(bytes); // durable when it returns
            queue.poll().ifPresent(element -> handle(element.body())); // gone, durably, when it returns
            assertThat(sequence).isEqualTo(1);
        }
        assertThat(handled).containsExactly("hello");
    }

    @Test
    void atLeastOnce() throws IOException {
        NQueue queue = NQueue.open(directory.resolve("outbox"), NQueueOptions.defaults());
        queue.appendAll(List.of("one".getBytes(UTF_8), "two".getBytes(UTF_8)));
        queue.iterate(1).forEachRemaining(element -> {
            handle(element.body());
            queue.release(element.sequence());
        });
        assertThat(handled).containsExactly("one", "two");
        assertThat(queue.size()).isZero();
        queue.close();
    }

    @Test
    void bounded() throws IOException {
        NQueueOptions options =
                NQueueOptions.defaults().with(Durability.OS).withBounds(1_000_000, 1L << 30, WhenFull.BLOCK);
        try (NQueue queue = NQueue.open(directory.resolve("bounded"), options)) {
            OptionalLong sequence = queue.offer("late".getBytes(UTF_8), Duration.ofSeconds(1));
            assertThat(sequence).hasValue(1);
        }
    }

    @Test
    void verified() throws IOException {
        NQueue.open(directory.resolve("outbox"), NQueueOptions.defaults()).close();
        QueueReport report = NQueue.verify(directory.resolve("outbox"));
        report.problems().forEach(problem -> System.err.println(problem.file() + ":" + problem.offset()));
        assertThat(report.isSound()).isTrue();
    }

    @Test
    void theLargestElementComesBackAndALargerOneIsRefused() throws IOException {
        NQueueOptions options = NQueueOptions.defaults().with(Durability.OS);
        try (NQueue queue = NQueue.open(directory.resolve("large"), options)) {
            byte[] largest = new byte[NQueue.MAX_ELEMENT_BYTES];
            largest[largest.length - 1] = 1;
            queue.append(largest);
            queue.append(new byte[1]);
        }
        try (NQueue queue = NQueue.open(directory.resolve("large"), options)) {
            byte[] back = queue.poll().orElseThrow().body();
            assertThat(back.length).isEqualTo(NQueue.MAX_ELEMENT_BYTES);
            assertThat(back[back.length - 1]).isEqualTo((byte) 1);
            assertThatThrownBy(() -> queue.append(new byte[NQueue.MAX_ELEMENT_BYTES + 1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("67108865", "67108864");
        }
    }

    @Test
    void theGuideShowsThisCode() throws IOException {
        Path module = Files.exists(Path.of("src/test")) ? Path.of("") : Path.of("bundles/nqueue-storage");
        String code = squeezed(Files.readString(
                module.resolve("src/test/java/io/ngrid/storage").resolve("NQueueGuideTest.java")));
        String[] parts = Files.readString(module.toAbsolutePath().resolve("../../docs/nqueue.md"))
                .split("```", -1);
        List<String> shown = new ArrayList<>();
        for (int i = 1; i < parts.length; i += 2) {
            if (parts[i].startsWith("java\n")) {
                shown.add(squeezed(parts[i].substring("java\n".length())));
            }
        }
        assertThat(shown).hasSize(4).allSatisfy(text -> assertThat(code).contains(text));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }
}

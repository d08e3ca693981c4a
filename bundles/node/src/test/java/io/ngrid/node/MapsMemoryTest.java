package io.ngrid.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.Codecs;
import io.ngrid.api.DistributedMap;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.api.StorageFullException;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.spi.view.NodeView;
import io.ngrid.testkit.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Maps lie in memory, and take no more of it than is configured. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MapsMemoryTest {
    private static final int MAX = 100_000;
    private static final byte[] VALUE = new byte[1_000];

    @TempDir
    Path directory;

    private static NodeStatus status(NGridNode node) {
        return ((NodeView) node).status();
    }

    private static StorageFullException fill(DistributedMap<String, byte[]> map) {
        return catchThrowableOfType(StorageFullException.class, () -> {
            for (int i = 0; i < MAX / VALUE.length; i++) {
                map.put("key-" + i, VALUE);
            }
        });
    }

    @Test
    void whatWouldMakeThemLargerThanTheBoundIsRefusedAndTheRestGoesOn() throws IOException {
        NGridConfig config = NGridConfig.builder()
                .port(Ports.free(1)[0])
                .dataDirectory(directory.resolve("data"))
                .operationTimeout(Duration.ofSeconds(20))
                .mapsMemoryMax(MAX)
                .build();
        try (NGridNode node = NGridNodes.start(config)) {
            DistributedMap<String, byte[]> map = node.map("prices", Codecs.string(), Codecs.bytes());
            assertThat(fill(map))
                    .hasMessageContaining("not executed: maps are full")
                    .hasMessageContaining("maps.memory.max = " + MAX);
            await().atMost(Duration.ofSeconds(20)) // it is shown once a second
                    .until(
                            () -> status(node).mapsMemoryBytes(),
                            bytes -> bytes >= MAX && bytes < MAX + 2 * VALUE.length);
            assertThat(status(node).mapsMemoryMax()).isEqualTo(MAX);
            assertThat(map.size()).isBetween(80, 95);

            assertThat(map.put("key-0", new byte[999])).isEqualTo(VALUE);
            assertThat(map.get("key-1")).isEqualTo(VALUE);
            assertThat(node.queue("orders", Codecs.string()).offer("one")).isTrue();
            for (int i = 0; i < 10; i++) {
                assertThat(map.remove("key-" + i)).isNotNull();
            }
            map.put("again", VALUE);
        }
        try (NGridNode node = NGridNodes.start(config)) {
            DistributedMap<String, byte[]> map = node.map("prices", Codecs.string(), Codecs.bytes());
            assertThat(map.get("again")).isEqualTo(VALUE);
            assertThat(fill(map))
                    .as("counted anew from the checkpoint and the log")
                    .isNotNull();
        }
    }
}

package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** [D3] */
@Timeout(60)
class ReserveTest {
    private static final int MIB = 1 << 20;

    private final MemoryDisk disk = new MemoryDisk(1);

    private Reserve build(Reserve reserve, long bytes) {
        for (int step = 0; !reserve.build(bytes); step++) {
            assertThat(step).isLessThan(100);
        }
        return reserve;
    }

    private long held() {
        return disk.content(Reserve.FILE).length;
    }

    @Test
    void itGrowsWithTheCheckpointThatItIsFor() throws IOException {
        Reserve reserve = build(new Reserve(disk, ""), 3 * MIB);
        assertThat(held()).isEqualTo(3 * MIB);
        build(reserve, 10 * MIB);
        assertThat(held()).isEqualTo(10 * MIB);
        build(reserve, 2 * MIB);
        assertThat(held()).isEqualTo(10 * MIB);
        build(new Reserve(disk, ""), 12 * MIB);
        assertThat(held()).isEqualTo(12 * MIB);
    }

    @Test
    void whatIsHeldIsKeptWhenThereIsNoSpaceForMore() throws IOException {
        Reserve reserve = build(new Reserve(disk, ""), 3 * MIB);
        disk.capacity(4 * MIB);
        build(reserve, 10 * MIB);
        assertThat(held()).isGreaterThanOrEqualTo(3 * MIB);
        assertThat(reserve.give()).isTrue();
        assertThat(reserve.isGiven()).isTrue();
        assertThat(disk.files()).doesNotContain(Reserve.FILE);
    }
}

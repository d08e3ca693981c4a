package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotFileTest {
    private static final long MAGIC = 0x4e47_5445_5354_3031L;
    private static final int SLOT = 4096;

    private static SlotFile open(MemoryDisk disk) throws IOException {
        return SlotFile.open(disk, "file", MAGIC, SLOT);
    }

    /** Where there is one, it counts, and has no default: half of one could not be told from rot. */
    @Test
    void H24_aCrashAtAnyForceOfItsMakingLeavesNoneOrAWholeOne() throws IOException {
        int none = 0;
        for (int seed = 0; seed < 100; seed++) {
            MemoryDisk disk = new MemoryDisk(seed);
            List<MemoryDisk> atForce = new ArrayList<>();
            disk.onForce(path -> atForce.add(disk.copy().crash(Loss.RANDOM)));
            SlotFile.create(disk, "", "file", MAGIC, SLOT, new byte[] {1});
            assertThat(open(disk.crash(Loss.ALL)).value()).containsExactly(1);
            for (MemoryDisk crashed : atForce) {
                if (crashed.exists("file")) {
                    assertThat(open(crashed).value()).containsExactly(1);
                } else {
                    none++;
                }
            }
        }
        assertThat(none).isGreaterThan(100);
    }

    /** What a killed process has written looks finished to the next one, though it is not on disk yet. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void H24_aKillInAWriteThenAPowerCutInTheNextLeavesASlot(int killedAtForce) throws IOException {
        for (int seed = 0; seed < 500; seed++) {
            MemoryDisk disk = new MemoryDisk(seed);
            SlotFile.create(disk, "", "file", MAGIC, SLOT, new byte[] {1});
            MemoryDisk killed = killedInWrite(disk, killedAtForce);

            SlotFile next = open(killed);
            byte known = next.value()[0];
            next.writeUnforced(new byte[] {3});

            byte found = open(killed.crash(Loss.RANDOM)).value()[0];
            assertThat(found).as("seed %d", seed).isIn(known, (byte) 3);
        }
    }

    /** A force fails, the process ends, and the operating system takes for written what is not. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void H42_aFailedForceThenAPowerCutInTheNextWriteLeavesASlot(int failedForce) throws IOException {
        for (int seed = 0; seed < 500; seed++) {
            MemoryDisk disk = new MemoryDisk(seed);
            SlotFile.create(disk, "", "file", MAGIC, SLOT, new byte[] {1});
            SlotFile file = open(disk);
            disk.failForce(path -> path.equals("file"), failedForce);
            assertThatThrownBy(() -> file.write(new byte[] {2})).isInstanceOf(IOException.class);

            MemoryDisk killed = disk.crash(Loss.NONE);
            SlotFile next = open(killed);
            byte known = next.value()[0];
            next.writeUnforced(new byte[] {3});

            byte found = open(killed.crash(Loss.RANDOM)).value()[0];
            assertThat(found).as("seed %d", seed).isIn(known, (byte) 3);
        }
    }

    private static MemoryDisk killedInWrite(MemoryDisk disk, int killedAtForce) throws IOException {
        SlotFile file = open(disk);
        List<MemoryDisk> atForce = new ArrayList<>();
        disk.onForce(path -> atForce.add(disk.copy()));
        file.write(new byte[] {2});
        return atForce.get(killedAtForce - 1);
    }
}

package io.ngrid.storage;

import io.ngrid.api.Durability;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class GroupPropertiesTest {
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void aNodeComesBackFromACrashAtAnyForceWithAllThatWasDurable(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Durability durability = Durability.values()[random.nextInt(2)];
        GroupModel model = new GroupModel(new MemoryDisk(seed), random, durability);
        for (int step = 0; step < 40; step++) {
            int choice = random.nextInt(10);
            if (choice < 4) {
                model.append(1 + random.nextInt(30));
            } else if (choice < 6) {
                model.flush();
                model.applyAll();
            } else if (choice < 8) {
                model.flush();
                model.applyAll();
                model.checkpoint(random.nextBoolean());
            } else {
                crash(model, random);
            }
        }
        crash(model, random);
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void H40_bodiesThatStayForLongComeBackWhileTheirSegmentsAreCopiedOn(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        GroupModel model = new GroupModel(new MemoryDisk(seed), random, GroupModel.withLargeQueueSegments());
        for (int step = 0; step < 20; step++) {
            model.offer(1 + random.nextInt(150));
            model.checkpoint(random.nextBoolean());
            model.pollMost();
            if (random.nextInt(4) == 0) {
                crash(model, random);
            } else {
                model.checkpoint(random.nextBoolean());
                model.check();
            }
        }
        crash(model, random);
    }

    private static void crash(GroupModel model, Random random) throws IOException {
        MemoryDisk disk = model.disk;
        MemoryDisk[] after = new MemoryDisk[1];
        int[] left = {random.nextInt(15)};
        Loss loss = Loss.values()[random.nextInt(3)];
        disk.onForce(path -> {
            if (after[0] == null && left[0]-- == 0) {
                after[0] = disk.crash(loss);
            }
        });
        try {
            model.flush();
            model.applyAll();
            model.checkpoint(random.nextBoolean());
        } catch (StorageException e) {
            if (after[0] == null) {
                throw e;
            }
        }
        model.recover(after[0] != null ? after[0] : disk.crash(loss));
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void aCheckpointThatFailsForLackOfSpaceIsRepeatedLater(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        GroupModel model = new GroupModel(new MemoryDisk(seed), random);
        for (int round = 0; round < 8; round++) {
            model.append(40);
            model.flush();
            model.applyAll();
            model.disk.failWrite(path -> path.contains("gen-1"), 1 + random.nextInt(60));
            try {
                model.checkpoint(false);
            } catch (StorageException e) {
                model.check();
            }
            model.disk.clearFaults();
        }
        model.checkpoint(true);
        model.recover(model.disk.crash(Loss.ALL));
    }
}

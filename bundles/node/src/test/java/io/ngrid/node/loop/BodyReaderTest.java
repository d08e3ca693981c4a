package io.ngrid.node.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is told that a body is gone must already know the state that let it go: otherwise a sound node takes it for a loss. */
class BodyReaderTest {
    private final HandLane reader = new HandLane();
    private final HandLane apply = new HandLane();
    private final HandLane loop = new HandLane();
    private final List<String> heard = new ArrayList<>();

    @Test
    void aBodyReleasedInTheMiddleOfAnApplyTurnIsMissedOnlyAfterTheStateOfThatTurn() {
        BodyReader bodies = new BodyReader(released(false), reader, apply, loop);
        apply.execute(
                () -> { // its body is released, the turn has not ended
                    bodies.read(1, List.of(1L), 1, found -> heard.add("found"), e -> heard.add("missed"));
                    reader.run();
                    loop.run();
                    loop.execute(() -> heard.add("state"));
                });
        runAll();
        assertThat(heard).containsExactly("state", "missed");
    }

    @Test
    void alsoABodyThatWasInMemoryWhenTheReadBegan() {
        BodyReader bodies = new BodyReader(released(true), reader, apply, loop);
        apply.execute(() -> {
            bodies.read(1, List.of(1L), 1, found -> heard.add("found"), e -> heard.add("missed"));
            loop.run();
            loop.execute(() -> heard.add("state"));
        });
        runAll();
        assertThat(heard).containsExactly("state", "missed");
    }

    private void runAll() {
        for (int i = 0; i < 3; i++) {
            reader.run();
            apply.run();
            loop.run();
        }
    }

    /** Runs its tasks when the test says so. */
    private static final class HandLane implements Lane {
        private final Deque<Runnable> tasks = new ArrayDeque<>();

        void run() {
            for (int left = tasks.size(); left > 0; left--) {
                tasks.remove().run();
            }
        }

        @Override
        public boolean execute(Runnable task) {
            return tasks.add(task);
        }

        @Override
        public void wake() {}

        @Override
        public void stop() {}
    }

    /** Bodies that have just been released. */
    private static MemoryBodies released(boolean wereInMemory) {
        MemoryBodies bodies = new MemoryBodies();
        bodies.lost = true;
        bodies.inMemory = wereInMemory;
        return bodies;
    }
}

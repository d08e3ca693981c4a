package io.ngrid.node.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The running hash over entries and what they came to [R6]. */
class RunningHashTest {
    private static final LogEntry ENTRY = new LogEntry(7, 3, 50, EntryKind.COMMAND, new byte[] {1, 2, 3});

    @Test
    void H06_everyPartOfAnEntryCounts() {
        List<LogEntry> entries = List.of(
                ENTRY,
                new LogEntry(8, 3, 50, EntryKind.COMMAND, new byte[] {1, 2, 3}),
                new LogEntry(7, 4, 50, EntryKind.COMMAND, new byte[] {1, 2, 3}),
                new LogEntry(7, 3, 51, EntryKind.COMMAND, new byte[] {1, 2, 3}),
                new LogEntry(7, 3, 50, EntryKind.NO_OP, new byte[] {1, 2, 3}),
                new LogEntry(7, 3, 50, EntryKind.COMMAND, new byte[] {1, 2, 4}),
                new LogEntry(7, 3, 50, EntryKind.COMMAND, new byte[] {1, 2, 3, 0}));
        Map<Long, LogEntry> seen = new HashMap<>();
        for (LogEntry entry : entries) {
            assertThat(seen.put(RunningHash.after(5, entry, null), entry)).isNull();
        }
        assertThat(RunningHash.after(6, ENTRY, null)).as("what went before").isNotIn(seen.keySet());
    }

    @Test
    void H06_everyOutcomeCounts() {
        List<Outcome> outcomes = List.of(
                new Outcome.Opened(new UUID(1, 1)),
                new Outcome.Settled(),
                new Outcome.SessionUnknown(),
                new Outcome.Gap(3),
                new Outcome.Gap(4),
                executed(new Result.Done()),
                executed(new Result.Flag(true)),
                executed(new Result.Flag(false)),
                executed(new Result.Polled(0, List.of())),
                executed(new Result.Polled(4, List.of())),
                executed(new Result.Polled(4, List.of(1L))),
                executed(new Result.Polled(4, List.of(2L))),
                executed(new Result.Polled(4, List.of(1L, 2L))),
                executed(new Result.Previous(true, null, 0)),
                executed(new Result.Previous(false, null, 0)),
                executed(new Result.Previous(true, new byte[0], 0)),
                executed(new Result.Previous(true, new byte[1], 0)),
                executed(new Result.Previous(true, new byte[1], 9)),
                executed(new Result.Failed(Result.Reason.UNKNOWN_NAME, "no queue")),
                executed(new Result.Failed(Result.Reason.BAD_COMMAND, "no queue")));
        Map<Long, Outcome> seen = new HashMap<>();
        for (Outcome outcome : outcomes) {
            assertThat(seen.put(RunningHash.after(5, ENTRY, outcome), outcome))
                    .as("the twin of %s", outcome)
                    .isNull();
        }
        assertThat(RunningHash.after(5, ENTRY, null)).isNotIn(seen.keySet());
    }

    private static Outcome executed(Result result) {
        return new Outcome.Executed(result);
    }

    @Test
    void textsForPeopleDoNotCount() {
        assertThat(RunningHash.after(5, ENTRY, executed(new Result.Failed(Result.Reason.BAD_COMMAND, "so"))))
                .isEqualTo(RunningHash.after(
                        5, ENTRY, executed(new Result.Failed(Result.Reason.BAD_COMMAND, "or otherwise"))));
    }

    /** Nodes of different releases compare it. */
    @Test
    void itIsTheSameInEveryRelease() {
        Grid grid = Grid.withSession();
        grid.run(new Action.CreateMap(io.ngrid.api.MapSettings.of("m", "string", "string")));
        grid.run(Grid.put("m", "k", "v"));
        grid.run(Grid.put("m", "k", "w"));
        grid.run(Grid.poll("nowhere"));
        assertThat(new io.ngrid.spi.StateHash(5, grid.state.hash()).text()).isEqualTo("4e8df518ad5cda32");
    }

    /** A value that is wrong on one node shows with the first result that depends on it, and never goes away. */
    @Test
    void H06_statesThatDifferStayDifferent() {
        Grid one = Grid.withSession();
        Grid two = Grid.withSession();
        for (Grid grid : List.of(one, two)) {
            grid.run(new Action.CreateMap(io.ngrid.api.MapSettings.of("m", "string", "string")));
        }
        one.run(Grid.put("m", "k", "right"));
        two.run(Grid.put("m", "k", "wrong"));
        long afterTheFault = one.state.hash();
        two.state =
                withHash(two.state, afterTheFault); // as if the bytes had changed in memory, after they were applied
        for (int i = 0; i < 3; i++) {
            one.run(Grid.put("m", "k", "later"));
            two.run(Grid.put("m", "k", "later"));
            assertThat(one.state.hash()).isNotEqualTo(two.state.hash());
        }
        assertThat(one.state.maps()).isEqualTo(two.state.maps());
    }

    private static GridState withHash(GridState state, long hash) {
        return new GridState(
                state.appliedIndex(),
                state.appliedEpoch(),
                state.time(),
                state.configuration(),
                state.formation(),
                state.queues(),
                state.maps(),
                state.sessions(),
                state.ended(),
                state.used(),
                hash);
    }
}

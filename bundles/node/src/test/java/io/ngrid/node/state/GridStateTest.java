package io.ngrid.node.state;

import static io.ngrid.node.state.Grid.NODE_1;
import static io.ngrid.node.state.Grid.NODE_2;
import static io.ngrid.node.state.Grid.NODE_3;
import static io.ngrid.node.state.Grid.offer;
import static io.ngrid.node.state.Grid.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.node.state.Result.Reason;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GridStateTest {
    @Test
    void entriesOfOtherKindsMoveTheInstantOnly() {
        Grid grid = Grid.withSession();
        assertThat(grid.apply(EntryKind.NO_OP, new byte[0])).isNull();
        assertThat(grid.apply(EntryKind.TICK, new byte[0])).isNull();
        assertThat(grid.state.appliedIndex()).isEqualTo(3);
        assertThat(grid.state.time()).isEqualTo(20);
        assertThat(grid.state.sessions()).hasSize(1);
    }

    @Test
    void aMalformedCommandIsRefusedAndChangesNothing() {
        Grid grid = Grid.withSession();
        GridState before = grid.state;
        Outcome.Executed refused = (Outcome.Executed) grid.apply(EntryKind.COMMAND, new byte[] {1, 77});
        assertThat(refused).isNotNull();
        assertThat(((Result.Failed) refused.result()).reason()).isEqualTo(Reason.BAD_COMMAND);
        assertThat(grid.state.sessions()).isEqualTo(before.sessions());
        assertThat(grid.state.appliedIndex()).isEqualTo(2);
    }

    @Test
    void H28_onlyTheNextEntryIsApplied() {
        GridState state = GridState.EMPTY.apply(entry(1, 2, 5)).state();
        for (LogEntry wrong : new LogEntry[] {entry(1, 2, 5), entry(3, 2, 5), entry(2, 1, 5), entry(2, 2, 4)}) {
            assertThatIllegalStateException().isThrownBy(() -> state.apply(wrong));
        }
        assertThat(state.apply(entry(2, 3, 5)).state().appliedEpoch()).isEqualTo(3);
    }

    @Test
    void anUnreadableConfigurationIsABrokenLog() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> GridState.EMPTY.apply(new LogEntry(1, 1, 0, EntryKind.CONFIGURATION, new byte[] {1, 2})))
                .withMessageContaining("index 1");
    }

    @Test
    void provisionalUntilItHasHeldAnythingOrAnyoneElse() {
        Grid alone = new Grid();
        alone.configure(NODE_1);
        alone.open(Grid.SESSION, NODE_1, 1);
        alone.createQueue("q", 5, FullPolicy.REJECT);
        alone.run(new Action.CreateMap(MapSettings.of("m", "bytes", "bytes")));
        alone.run(poll("q"));
        alone.run(offer("q", "1", "2", "3", "4", "5", "6"));
        alone.configure(NODE_1);
        assertThat(alone.state.isProvisional()).isTrue();
        GridState fresh = alone.state;

        alone.run(offer("q", "a"));
        alone.run(poll("q"));
        assertThat(alone.state.isProvisional()).isFalse();

        Grid map = Grid.withSession();
        map.run(new Action.CreateMap(MapSettings.of("m", "bytes", "bytes")));
        map.run(new Action.Put("m", new byte[1], new byte[1], Action.Condition.PRESENT, 0));
        assertThat(map.state.isProvisional()).isTrue();
        map.run(Grid.put("m", "k", "v"));
        assertThat(map.state.isProvisional()).isFalse();

        Grid together = new Grid();
        together.configure(NODE_1, NODE_2, NODE_3);
        assertThat(together.state.isProvisional()).isFalse();
        Grid changed = new Grid();
        changed.configure(NODE_1);
        changed.configure(NODE_2);
        assertThat(changed.state.isProvisional()).isFalse();
        assertThat(fresh.configuration().voters()).containsExactly(NODE_1);
    }

    @Test
    void unknownQueuesHaveNothingAndNoRoom() {
        assertThat(GridState.EMPTY.readyCount("q")).isZero();
        assertThat(GridState.EMPTY.roomCount("q")).isZero();
        assertThat(GridState.EMPTY.sessionOwner(Grid.SESSION)).isNull();
    }

    private static LogEntry entry(long index, long epoch, long time) {
        return new LogEntry(index, epoch, time, EntryKind.NO_OP, new byte[0]);
    }
}

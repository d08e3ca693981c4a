package io.ngrid.node.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.NodeId;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Command;
import io.ngrid.node.state.CommandCodec;
import io.ngrid.node.state.GridState;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ApplierTest {
    private static final UUID SESSION = new UUID(3, 3);

    private final List<LogEntry> log = new ArrayList<>();
    private final MemoryBodies bodies = new MemoryBodies();
    private final Applier applier = new Applier(GridState.EMPTY, bodies, (state, outcomes, hashes, bytes) -> {});

    private List<LogEntry> entries(Command... commands) {
        int from = log.size();
        for (Command command : commands) {
            log.add(new LogEntry(log.size() + 1, 1, log.size(), EntryKind.COMMAND, CommandCodec.encode(command)));
        }
        return List.copyOf(log.subList(from, log.size()));
    }

    private static Command execute(long sequence, Action action) {
        return new Command.Execute(SESSION, sequence, sequence, List.of(), List.of(), action);
    }

    /** The bodies have gone on by then, the state has not: as a checkpoint they would keep the node from ever starting. */
    @Test
    void H20_afterAnErrorAmongABatchThereIsNoMoreToFreezeOrApply() {
        applier.apply(entries(
                new Command.OpenSession(SESSION, new Member(new NodeId("node-1"), new StorageId(new UUID(7, 1))), 1),
                execute(
                        1,
                        new Action.CreateQueue(new QueueSettings("q", "bytes", List.of(), 100, FullPolicy.REJECT)))));
        assertThat(applier.freeze().bodies().index()).isEqualTo(2);

        bodies.room = 5;
        List<byte[]> ten = Collections.nCopies(10, new byte[1]);
        List<LogEntry> batch = entries(execute(2, new Action.Offer("q", ten)));
        assertThatThrownBy(() -> applier.apply(batch)).isInstanceOf(OutOfMemoryError.class);

        bodies.room = Long.MAX_VALUE;
        assertThatThrownBy(applier::freeze)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("start the node again");
        assertThatThrownBy(() -> applier.apply(batch)).isInstanceOf(IllegalStateException.class);
        assertThat(applier.state().appliedIndex()).isEqualTo(2);
    }
}

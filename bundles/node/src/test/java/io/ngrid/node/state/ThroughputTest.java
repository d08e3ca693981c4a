package io.ngrid.node.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.FullPolicy;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Says how fast entries are applied; a machine's speed is not asserted. */
@Timeout(120)
class ThroughputTest {
    private static final int ENTRIES = 300_000;
    private static final int WINDOW = 64;

    @Test
    void smallOffersAndPolls() {
        Grid grid = Grid.withSession();
        grid.createQueue("q", 1_000_000, FullPolicy.REJECT);
        List<LogEntry> log = new ArrayList<>();
        byte[] body = new byte[100];
        for (int i = 0; i < ENTRIES; i++) {
            long sequence = i + 2L;
            Action action = i % 2 == 0 ? new Action.Offer("q", List.of(body)) : Grid.poll("q");
            Command command = new Command.Execute(
                    Grid.SESSION, sequence, Math.max(1, sequence - WINDOW), List.of(), List.of(), action);
            log.add(new LogEntry(i + 3L, 1, 1000, EntryKind.COMMAND, CommandCodec.encode(command)));
        }
        for (int round = 0; round < 3; round++) {
            GridState state = grid.state;
            long bodies = 0;
            long begin = System.nanoTime();
            for (LogEntry entry : log) {
                Applied applied = state.apply(entry);
                state = applied.state();
                bodies += applied.bodies().size();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf("apply: %,.0f entries a second%n", ENTRIES / seconds);
            assertThat(state.readyCount("q")).isZero();
            assertThat(bodies).isEqualTo(ENTRIES - WINDOW / 2 - 1); // those polled last are still owed
        }
    }
}

package io.ngrid.replication.core;

import static io.ngrid.replication.core.Solo.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent;
import io.ngrid.spi.replication.ReplicationEvent.Proposal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The latest configuration in the log, committed or not, and the one before when it is cut. */
@Timeout(20)
class ConfigurationTrackTest {
    private static final Configuration THREE = SimCluster.configuration(3, 0);
    private static final Configuration FOUR = SimCluster.configuration(4, 2);

    private static LogEntry entry(long index, long epoch, Configuration configuration) {
        return new LogEntry(index, epoch, 100, EntryKind.CONFIGURATION, configuration.encode());
    }

    @Test
    void anAppendedConfigurationHoldsAtOnceAndFallsBackWhenItIsCut() {
        Solo node = new Solo(1).follow(2, Solo.TWO);
        assertThat(node.request(2, at(1, 1), 0, entry(2, 2, FOUR))).contains(new ReplicationEffect.Configured(FOUR));
        assertThat(node.core.view().configuration()).isEqualTo(FOUR);
        node.follow(3, Solo.TWO);
        assertThat(node.request(3, at(1, 1), 0, new LogEntry(2, 3, 100, EntryKind.NO_OP, new byte[0])))
                .contains(new ReplicationEffect.Configured(THREE));
        assertThat(node.core.view().configuration()).isEqualTo(THREE);
    }

    /** Found by simulated seed 911243: the configuration before was in the checkpoint only, and the cut failed. */
    @Test
    void aConfigurationFromBeforeTheRestartFallsBackTooWhereverTheOneBeforeItIs() {
        List<LogEntry> entries = new ArrayList<>(Solo.entries(1, 2));
        entries.add(entry(3, 2, FOUR));
        ModelLog log = new ModelLog(entries);
        log.compact(2);
        ReplicationCore core = new ReplicationCore(Solo.options(THREE, List.of(entry(3, 2, FOUR)), 100, 3), log, 0);
        assertThat(core.view().configuration()).isEqualTo(FOUR);
        core.handle(new ReplicationEvent.Follow(3, Solo.TWO.node()), 0);
        core.handle(
                new ReplicationEvent.Requested(
                        Solo.TWO,
                        new io.ngrid.spi.message.ReplicationRequest(
                                3, at(2, 2), 0, List.of(new LogEntry(3, 3, 100, EntryKind.NO_OP, new byte[0])))),
                0);
        assertThat(core.view().configuration()).isEqualTo(THREE);
    }

    @Test
    void aLeaderCountsInTheLatestConfigurationOfItsLog() {
        Solo leader = new Solo(1);
        leader.connect(Solo.TWO, SimCluster.member(4));
        leader.lead(2);
        List<ReplicationEffect> effects = leader.handle(
                new ReplicationEvent.Proposed(List.of(new Proposal(EntryKind.CONFIGURATION, FOUR.encode()))));
        assertThat(effects).contains(new ReplicationEffect.Configured(FOUR));
        assertThat(Solo.requests(effects, SimCluster.member(4))).hasSize(1);
        assertThat(leader.core.view().progress()).hasSize(3);
    }
}

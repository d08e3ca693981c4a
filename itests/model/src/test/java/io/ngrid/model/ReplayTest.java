package io.ngrid.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.simulation.Parts;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Simulated runs of the real cores and storage, step by step against the specification. */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
class ReplayTest {
    private static final long SEEDS = 20;

    /** What every such number of runs has. */
    private static final Set<String> KINDS = Set.of(
            "stand",
            "grant",
            "adopt",
            "lead",
            "offer",
            "replicate",
            "flush",
            "ack",
            "commit",
            "answer",
            "read",
            "echo",
            "confirm",
            "crash",
            "fetch",
            "use",
            "down",
            "drop");

    /** [C1] A run with so much traffic that a log no longer reaches a follower: another seed if this one has none any more. */
    @Test
    void itAllowsSnapshotsToo() throws Exception {
        RecordedRun run = RecordedRun.of(32, RecordedRun.Traffic.MUCH, Parts.real(), null);
        List<Replay.Judgement> judgements = new Replay(new Tlc(512)).judge(List.of(run));
        System.out.println(judgements + " " + run.kinds());
        assertThat(run.kinds()).containsKey("install");
        assertThat(judgements).allMatch(Replay.Judgement::accepted);
        assertThat(run.broken()).isNull();
    }

    @Test
    void theSpecificationAllowsEveryStepOfRunsOfTheCode() throws Exception {
        List<RecordedRun> runs = LongStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> RecordedRun.of(seed, RecordedRun.Traffic.LITTLE, Parts.real(), null))
                .toList();
        List<Replay.Judgement> judgements = new Replay(new Tlc(512)).judge(runs);
        judgements.forEach(System.out::println);
        assertThat(judgements).allMatch(Replay.Judgement::accepted);
        assertThat(runs).as("what the simulator itself finds").allMatch(run -> run.broken() == null);
        Set<String> kinds = new HashSet<>();
        runs.forEach(run -> kinds.addAll(run.kinds().keySet()));
        assertThat(kinds).as("kinds of steps in these runs").containsAll(KINDS);
    }
}

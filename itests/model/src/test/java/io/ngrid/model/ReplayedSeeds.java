package io.ngrid.model;

import io.ngrid.simulation.Parts;
import java.io.IOException;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Replays some seeds, from a first one on, with the classes of its own class loader; says which step is not allowed
 * first, and why, or nothing.
 */
public final class ReplayedSeeds implements LongFunction<String> {
    /** So many, of one N and W. */
    static final int SEEDS = 3;

    @Override
    public String apply(long first) {
        List<RecordedRun> runs = LongStream.range(0, SEEDS)
                .mapToObj(i ->
                        RecordedRun.of(first + i * RecordedRun.sizes(), RecordedRun.Traffic.LITTLE, Parts.real(), null))
                .toList();
        try {
            return new Replay(new Tlc(512))
                    .judge(runs).stream()
                            .filter(judgement -> !judgement.accepted())
                            .findFirst()
                            .map(judgement -> judgement.rejectedStep() + " " + judgement)
                            .orElse("");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

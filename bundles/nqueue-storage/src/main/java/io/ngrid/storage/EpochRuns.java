package io.ngrid.storage;

import java.util.ArrayList;
import java.util.List;

/** Epochs of the log's entries, as runs of equal ones. The first run begins with the entry before the log's first. */
final class EpochRuns {
    private record Run(long from, long epoch) {}

    private final List<Run> runs = new ArrayList<>();

    EpochRuns(long baseIndex, long baseEpoch) {
        runs.add(new Run(baseIndex, baseEpoch));
    }

    void add(long index, long epoch) {
        Run last = runs.get(runs.size() - 1);
        if (epoch < last.epoch || index < last.from) {
            throw new IllegalStateException(epoch + ":" + index + " behind " + last.epoch + ":" + last.from);
        }
        if (epoch != last.epoch) {
            runs.add(new Run(index, epoch));
        }
    }

    long at(long index) {
        int low = 0;
        int high = runs.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (runs.get(middle).from <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return runs.get(low).epoch;
    }

    void cut(long fromIndex) {
        while (runs.size() > 1 && runs.get(runs.size() - 1).from >= fromIndex) {
            runs.remove(runs.size() - 1);
        }
    }

    void forgetBefore(long baseIndex) {
        Run base = new Run(baseIndex, at(baseIndex));
        int gone = 0;
        while (gone < runs.size() && runs.get(gone).from <= baseIndex) {
            gone++;
        }
        runs.subList(0, gone).clear();
        runs.add(0, base);
    }
}

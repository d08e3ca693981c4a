package io.ngrid.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * How much of each file of the changelog lies on disk with a later record on disk to prove it. Rot in there has to be found;
 * rot behind it cannot be told from a torn write.
 */
final class ProvenLog {
    private static final String LOG = "/log/";

    private static final class Extent {
        long written;
        long forced;
        long proven;
    }

    /** A range of a file that may rot. */
    record Range(String path, long length) {}

    private final TreeMap<String, Extent> extents = new TreeMap<>();

    void written(String path, long end) {
        if (path.contains(LOG)) {
            Extent extent = extents.computeIfAbsent(path, p -> new Extent());
            extent.written = Math.max(extent.written, end);
        }
    }

    void forced(String path) {
        Extent extent = extents.get(path);
        if (extent != null && extent.written > extent.forced) {
            extent.proven = extent.forced; // the records just forced say that the ones before them were
            extent.forced = extent.written;
        }
    }

    void truncated(String path, long size) {
        Extent extent = extents.get(path);
        if (extent != null) {
            extent.written = Math.min(extent.written, size);
            extent.forced = Math.min(extent.forced, size);
            extent.proven = Math.min(extent.proven, size);
        }
    }

    void renamed(String from, String to) {
        Extent extent = extents.remove(from);
        if (extent != null) {
            extents.put(to, extent);
        }
    }

    void deleted(String path) {
        extents.remove(path);
    }

    List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        extents.forEach((path, extent) -> {
            if (extent.proven > 0) {
                ranges.add(new Range(path, extent.proven));
            }
        });
        return ranges;
    }
}

package io.ngrid.spi.storage;

import java.util.List;

/**
 * What a check of a data directory found; nothing was changed.
 *
 * @param files its files
 */
public record StorageReport(List<FileCheck> files) {
    /** What to do about corruption if nobody else has the data. */
    public static final String WAY_OUT_OF_ONE =
            "A cluster of one node: restore the directory from a backup, or set it aside to start empty.";

    /** What to do about corruption if others have the data. */
    public static final String WAY_OUT_OF_SEVERAL =
            "A node of several: the others go on without it while they have their quorums; never"
                    + " start it on an older copy, which knows nothing of what it has promised since.";

    /** What to do about corruption. */
    public static final String WAYS_OUT = "Keep a copy of the directory. " + WAY_OUT_OF_ONE + " " + WAY_OUT_OF_SEVERAL;

    /** Copies the list. */
    public StorageReport {
        files = List.copyOf(files);
    }

    /**
     * The files that are corrupt.
     *
     * @return how many
     */
    public long corrupt() {
        return files.stream()
                .filter(file -> file.verdict() == FileCheck.Verdict.CORRUPT)
                .count();
    }

    /**
     * The report in one line.
     *
     * @return {@code verify: OK} or {@code verify: CORRUPT}, and how much was looked at
     */
    public String summary() {
        return (corrupt() == 0 ? "verify: OK" : "verify: CORRUPT corrupt=" + corrupt()) + " files=" + files.size()
                + " bytes=" + files.stream().mapToLong(FileCheck::bytes).sum();
    }
}

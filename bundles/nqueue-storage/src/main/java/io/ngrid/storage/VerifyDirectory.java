package io.ngrid.storage;

import io.ngrid.spi.storage.FileCheck;
import io.ngrid.spi.storage.StorageReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Verifies the data directory of a node that is not running, and changes nothing: {@code java -cp ...
 * io.ngrid.storage.VerifyDirectory DIRECTORY}. The last line is {@code verify: OK ...}, {@code verify: CORRUPT ...} or
 * {@code verify: FAILED ...}; the exit code is 0 only with the first.
 */
public final class VerifyDirectory {
    private static final List<String> COLUMNS = List.of("File", "Content", "Records", "Bytes", "Verdict", "Note");

    private VerifyDirectory() {}

    /**
     * Verifies a directory.
     *
     * @param arguments its path
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments, Boolean.getBoolean("ngrid.terminal"), System.out, System.err) ? 0 : 1);
    }

    /** Returns whether the directory is sound. */
    static boolean run(String[] arguments, boolean onTerminal, PrintStream out, PrintStream err) {
        if (arguments.length != 1 || arguments[0].startsWith("-")) {
            out.println("verify: FAILED usage: one argument, the data directory of a node that is not running");
            return false;
        }
        Progress progress = new Progress(onTerminal, err);
        try {
            StorageReport report = verify(Path.of(arguments[0]), progress);
            progress.clear();
            print(report, out);
            return report.corrupt() == 0;
        } catch (IOException e) {
            progress.clear();
            out.println("verify: FAILED " + e.getMessage());
            return false;
        }
    }

    private static StorageReport verify(Path directory, Consumer<String> reading) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + (Files.exists(directory) ? " is a file" : " does not exist")
                    + ": name the data directory of a node");
        }
        try (NioDisk disk = NioDisk.readOnly(directory)) {
            if (!DirectoryCheck.isNodes(disk)) {
                boolean isQueue = disk.exists(QueueCore.CURSOR);
                throw new IOException(directory + " is no node's data directory: it holds neither "
                        + IdentityFile.NAME + " nor " + NodeGroup.DIRECTORY
                        + (isQueue ? "; it is an NQueue's, which NQueue.verify reads" : ""));
            }
            if (disk.exists(NodeStorage.LOCK) && !disk.lock(NodeStorage.LOCK)) {
                throw new IOException(
                        directory + " is in use: stop its node, or let it verify itself by" + " ngrid:log-verify");
            }
            return new DirectoryCheck(disk, reading).whole().report();
        }
    }

    private static void print(StorageReport report, PrintStream out) {
        int[] widths = COLUMNS.stream().mapToInt(String::length).toArray();
        List<List<String>> rows =
                report.files().stream().map(VerifyDirectory::row).toList();
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        print(COLUMNS, widths, out);
        rows.forEach(row -> print(row, widths, out));
        if (report.corrupt() > 0) {
            out.println(StorageReport.WAYS_OUT);
        }
        out.println(report.summary());
    }

    private static List<String> row(FileCheck check) {
        return List.of(
                check.file(),
                check.content(),
                String.valueOf(check.records()),
                String.valueOf(check.bytes()),
                check.verdict().toString(),
                check.note());
    }

    private static void print(List<String> row, int[] widths, PrintStream out) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            boolean number = i == 2 || i == 3;
            String cell = row.get(i);
            String spaces = " ".repeat(widths[i] - cell.length());
            line.append(number ? spaces + cell : cell + spaces).append("  ");
        }
        out.println(line.toString().stripTrailing());
    }

    /** One line, on a terminal only, that is written over. */
    private static final class Progress implements Consumer<String> {
        private static final String CLEAR = "\r\u001b[K";

        private final boolean shown;
        private final PrintStream err;

        Progress(boolean shown, PrintStream err) {
            this.shown = shown;
            this.err = err;
        }

        @Override
        public void accept(String file) {
            if (shown) {
                err.print(CLEAR + "reading " + file);
                err.flush();
            }
        }

        void clear() {
            if (shown) {
                err.print(CLEAR);
                err.flush();
            }
        }
    }
}

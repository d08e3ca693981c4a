package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the file {@code CURRENT} says: which checkpoint counts, and of which generation. All of a generation came from one
 * snapshot, or from the beginning.
 *
 * @param generation the generation
 * @param index the checkpoint's index
 * @param restartsLog whether the log has to begin anew behind it, before anything else is done
 */
record Current(int generation, long index, boolean restartsLog) {
    static final String FILE = "CURRENT";
    static final String CHECKPOINT = "checkpoint-";
    static final String GENERATION = "gen-";
    private static final String RESTART = " restart-log";
    private static final Pattern CONTENT =
            Pattern.compile(GENERATION + "([1-9][0-9]{0,8})/" + CHECKPOINT + "([0-9]{12,18})(" + RESTART + ")?");
    private static final long MAGIC = 0x4e47_4355_5252_4e31L; // NGCURRN1

    static @Nullable Current read(Disk disk, String group) throws IOException {
        String path = Segments.path(group, FILE);
        if (!disk.exists(path)) {
            return null;
        }
        String content = new String(SmallFile.read(disk, path, MAGIC), StandardCharsets.UTF_8);
        Matcher matcher = CONTENT.matcher(content);
        if (!matcher.matches()) {
            throw new CorruptionException(path, 0, "it says '" + content + "'");
        }
        return new Current(
                Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)), matcher.group(3) != null);
    }

    /** Without it the log has to hold all there ever was [D2]. */
    static void mayBeMissing(String group, long firstIndexOfLog) {
        if (firstIndexOfLog > 1) {
            throw new CorruptionException(
                    Segments.path(group, FILE), 0, "it is missing, but the log begins at " + firstIndexOfLog);
        }
    }

    void write(Disk disk, String group) throws IOException {
        String content = directory(generation) + "/" + name(index) + (restartsLog ? RESTART : "");
        SmallFile.replace(disk, group, FILE, MAGIC, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Path of the checkpoint's file. */
    String path(String group) {
        return Segments.path(group, directory(generation) + "/" + name(index));
    }

    static String directory(int generation) {
        return GENERATION + generation;
    }

    /** Directory of a generation's queues. */
    static String bodies(String group, int generation) {
        return Segments.path(group, directory(generation)) + "/queues";
    }

    static String name(long index) {
        return String.format("%s%012d", CHECKPOINT, index);
    }
}

package io.ngrid.testkit;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Directory entries: what programs see, what is on the platter, and the changes between the two. */
final class Namespace {
    /** A file's inode, or none for a directory. */
    record Node(@Nullable Inode file) {}

    /** An entry made (node), removed (no node), or moved (from). */
    private record Change(
            String directory,
            String path,
            @Nullable Node node,
            @Nullable String from) {}

    private final TreeMap<String, Node> seen;
    private final TreeMap<String, Node> durable;
    private final List<Change> pending = new ArrayList<>();

    Namespace() {
        this(new TreeMap<>(), new TreeMap<>());
    }

    private Namespace(TreeMap<String, Node> seen, TreeMap<String, Node> durable) {
        this.seen = seen;
        this.durable = durable;
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    @Nullable
    Inode file(String path) throws IOException {
        Node node = seen.get(path);
        if (node != null && node.file == null) {
            throw new IOException(path + ": is a directory");
        }
        return node == null ? null : node.file;
    }

    boolean exists(String path) {
        return path.isEmpty() || seen.containsKey(path);
    }

    boolean isDirectory(String path) {
        Node node = seen.get(path);
        return path.isEmpty() || (node != null && node.file == null);
    }

    List<String> list(String directory) {
        List<String> names = new ArrayList<>();
        String prefix = directory.isEmpty() ? "" : directory + "/";
        for (String path : seen.tailMap(prefix, false).keySet()) {
            if (!path.startsWith(prefix)) {
                break;
            }
            if (path.indexOf('/', prefix.length()) < 0) {
                names.add(path.substring(prefix.length()));
            }
        }
        return names;
    }

    List<String> files() {
        return seen.entrySet().stream()
                .filter(e -> e.getValue().file != null)
                .map(Map.Entry::getKey)
                .toList();
    }

    Inode create(String path) throws IOException {
        if (!isDirectory(parent(path))) {
            throw new NoSuchFileException(path, null, "no directory " + parent(path));
        }
        Inode file = new Inode(path);
        change(new Change(parent(path), path, new Node(file), null));
        return file;
    }

    void createDirectory(String path) throws IOException {
        if (path.isEmpty() || isDirectory(path)) {
            return;
        }
        if (exists(path)) {
            throw new IOException(path + ": is a file");
        }
        createDirectory(parent(path));
        change(new Change(parent(path), path, new Node(null), null));
    }

    void rename(String from, String to) throws IOException {
        Inode file = file(from);
        if (file == null) {
            throw new NoSuchFileException(from);
        }
        if (!isDirectory(parent(to)) || isDirectory(to)) {
            throw new IOException("cannot rename " + from + " to " + to);
        }
        if (!parent(from).equals(parent(to))) {
            throw new IOException("rename across directories is not modelled: " + from + " to " + to);
        }
        file.path = to;
        change(new Change(parent(to), to, new Node(file), from));
    }

    void delete(String path) throws IOException {
        if (isDirectory(path) && !list(path).isEmpty()) {
            throw new DirectoryNotEmptyException(path);
        }
        if (exists(path)) {
            change(new Change(parent(path), path, null, null));
        }
    }

    void force(String directory) {
        pending.removeIf(change -> {
            boolean here = change.directory.equals(directory);
            if (here) {
                apply(change, durable);
            }
            return here;
        });
    }

    /** The same names after a crash. If nothing is lost, what was not forced still is not. */
    Namespace crashed(Loss loss, RandomGenerator random) {
        Map<Inode, Inode> files = new IdentityHashMap<>(); // a file may have two names after a crash
        TreeMap<String, Node> left = new TreeMap<>(durable);
        if (loss == Loss.NONE) {
            Namespace same = new Namespace(new TreeMap<>(seen), left);
            same.replaceFiles(same.seen, files, loss, random);
            same.replaceFiles(same.durable, files, loss, random);
            for (Change change : pending) {
                Node node = change.node;
                same.pending.add(new Change(
                        change.directory,
                        change.path,
                        node == null ? null : same.replaced(change.path, node, files, loss, random),
                        change.from));
            }
            return same;
        }
        for (Change change : pending) {
            if (loss == Loss.RANDOM && random.nextBoolean()) {
                apply(change, left);
            }
        }
        left.keySet().removeIf(path -> !reachable(path, left));
        Namespace after = new Namespace(new TreeMap<>(), left);
        after.replaceFiles(left, files, loss, random);
        after.seen.putAll(left);
        return after;
    }

    private void replaceFiles(
            TreeMap<String, Node> entries, Map<Inode, Inode> files, Loss loss, RandomGenerator random) {
        entries.replaceAll((path, node) -> replaced(path, node, files, loss, random));
    }

    private Node replaced(String path, Node node, Map<Inode, Inode> files, Loss loss, RandomGenerator random) {
        Inode file = node.file;
        return file == null ? node : new Node(files.computeIfAbsent(file, f -> named(path, f.crashed(loss, random))));
    }

    private static Inode named(String path, Inode file) {
        file.path = path;
        return file;
    }

    private static boolean reachable(String path, TreeMap<String, Node> entries) {
        for (String up = parent(path); !up.isEmpty(); up = parent(up)) {
            Node node = entries.get(up);
            if (node == null || node.file != null) {
                return false;
            }
        }
        return true;
    }

    private void change(Change change) {
        apply(change, seen);
        pending.add(change);
    }

    private static void apply(Change change, TreeMap<String, Node> entries) {
        Node node = change.node;
        if (change.from != null) {
            entries.remove(change.from);
        }
        if (node != null) {
            entries.put(change.path, node);
        } else if (!hasChildren(change.path, entries)) {
            entries.remove(change.path);
        }
    }

    private static boolean hasChildren(String path, TreeMap<String, Node> entries) {
        String next = entries.higherKey(path + "/");
        return next != null && next.startsWith(path + "/");
    }
}

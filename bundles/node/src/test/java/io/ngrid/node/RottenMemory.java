package io.ngrid.node;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.storage.NqueueStorageFactory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The real storage of a node with a fault in its memory: while it rots, an entry that holds the word {@code rot} changes by
 * one bit on its way from the log to where it is applied. Once it is used up, no body of an element fits into it; and while
 * the log is, no entry does.
 */
final class RottenMemory implements StorageFactory {
    private static final byte[] WORD = "rot".getBytes(StandardCharsets.US_ASCII);

    private final StorageFactory real = new NqueueStorageFactory();
    volatile boolean rots;
    volatile boolean usedUp;
    volatile boolean logUsedUp;

    @Override
    public Disk disk(Path directory) throws IOException {
        return real.disk(directory);
    }

    @Override
    public Storage open(Disk disk, StorageOptions options, RandomGenerator random) {
        return wrap(Storage.class, real.open(disk, options, random));
    }

    private <T> T wrap(Class<T> type, Object part) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (usedUp && part instanceof Bodies && method.getName().equals("put")
                    || logUsedUp
                            && part instanceof ChangeLog
                            && method.getName().equals("append")) {
                throw new OutOfMemoryError("planned");
            }
            try {
                Object result = method.invoke(part, args);
                if (result instanceof Group group) {
                    return wrap(Group.class, group);
                }
                if (result instanceof ChangeLog log) {
                    return wrap(ChangeLog.class, log);
                }
                if (result instanceof Bodies bodies) {
                    return wrap(Bodies.class, bodies);
                }
                return method.getName().equals("entries") ? spoilt((List<?>) result) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private List<LogEntry> spoilt(List<?> entries) {
        List<LogEntry> spoilt = new ArrayList<>();
        for (Object each : entries) {
            LogEntry entry = (LogEntry) each;
            int at = rots ? find(entry.payload()) : -1;
            byte[] payload = entry.payload();
            if (at >= 0) {
                payload = payload.clone();
                payload[at] ^= 1;
            }
            spoilt.add(new LogEntry(entry.index(), entry.epoch(), entry.time(), entry.kind(), payload));
        }
        return spoilt;
    }

    private static int find(byte[] bytes) {
        for (int i = 0; i + WORD.length <= bytes.length; i++) {
            if (bytes[i] == WORD[0] && bytes[i + 1] == WORD[1] && bytes[i + 2] == WORD[2]) {
                return i;
            }
        }
        return -1;
    }
}

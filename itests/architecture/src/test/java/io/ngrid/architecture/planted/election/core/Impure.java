package io.ngrid.architecture.planted.election.core;

import java.io.File;
import java.lang.ref.Cleaner;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;

/** One nested class for each thing that a core must not do. */
@SuppressWarnings("all")
public final class Impure {
    private Impure() {}

    static final class CurrentTime {
        static long use() {
            return System.currentTimeMillis();
        }
    }

    static final class NanoTime {
        static long use() {
            return System.nanoTime();
        }
    }

    static final class NanoTimeByReference {
        static LongSupplier use() {
            return System::nanoTime;
        }
    }

    static final class InstantNow {
        static Instant use() {
            return Instant.now();
        }
    }

    static final class LocalNow {
        static LocalDateTime use() {
            return LocalDateTime.now();
        }
    }

    static final class SystemClock {
        static Clock use() {
            return Clock.systemUTC();
        }
    }

    static final class NewDate {
        static Date use() {
            return new Date();
        }
    }

    static final class NewThread {
        static Thread use() {
            return new Thread(() -> {});
        }
    }

    static final class Sleep {
        static void use() {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static final class Executor {
        static Object use() {
            return Executors.newSingleThreadExecutor();
        }
    }

    static final class Counter {
        static AtomicLong use() {
            return new AtomicLong();
        }
    }

    static final class Lock {
        static Object use() {
            return new ReentrantLock();
        }
    }

    static final class ConcurrentMap {
        static Object use() {
            return new ConcurrentHashMap<String, String>();
        }
    }

    static final class Future {
        static Object use() {
            return new CompletableFuture<String>();
        }
    }

    static final class Local {
        static Object use() {
            return new ThreadLocal<String>();
        }
    }

    static final class SeedlessRandom {
        static Random use() {
            return new Random();
        }
    }

    static final class LocalRandom {
        static long use() {
            return ThreadLocalRandom.current().nextLong();
        }
    }

    static final class Secure {
        static Object use() {
            return new SecureRandom();
        }
    }

    static final class Splittable {
        static Object use() {
            return new SplittableRandom();
        }
    }

    static final class DefaultGenerator {
        static RandomGenerator use() {
            return RandomGenerator.getDefault();
        }
    }

    static final class RandomUuid {
        static UUID use() {
            return UUID.randomUUID();
        }
    }

    static final class MathRandom {
        static double use() {
            return Math.random();
        }
    }

    static final class Shuffle {
        static void use() {
            Collections.shuffle(new ArrayList<>(List.of(1, 2)));
        }
    }

    static final class TcpSocket {
        static Object use() {
            return new Socket();
        }
    }

    static final class FileExists {
        static boolean use() {
            return Files.exists(Path.of("x"));
        }
    }

    static final class OldFile {
        static boolean use() {
            return new File("x").exists();
        }
    }

    static final class Channel {
        static Class<?> use() {
            return FileChannel.class;
        }
    }

    static final class Environment {
        static String use() {
            return System.getenv("X");
        }
    }

    static final class SynchronizedMethod {
        static synchronized int use() {
            return 1;
        }
    }

    static final class SynchronizedBlock {
        static int use(Object lock) {
            synchronized (lock) {
                return 1;
            }
        }
    }

    static final class ParallelStream {
        static long use(List<String> list) {
            return list.parallelStream().count();
        }
    }

    static final class Parallel {
        static long use(List<String> list) {
            return list.stream().parallel().count();
        }
    }

    static final class ParallelSort {
        static void use(int[] numbers) {
            Arrays.parallelSort(numbers);
        }
    }

    static final class IdentityHash {
        static int use(Object object) {
            return System.identityHashCode(object);
        }
    }

    static final class SaltedSet {
        static Set<String> use() {
            return Set.of("a", "b");
        }
    }

    static final class SaltedCopy {
        static Map<String, String> use(Map<String, String> map) {
            return Map.copyOf(map);
        }
    }

    static final class SaltedCollector {
        static Set<String> use(List<String> list) {
            return list.stream().collect(Collectors.toUnmodifiableSet());
        }
    }

    static final class Now {
        static long use() {
            return Calendar.getInstance().getTimeInMillis();
        }
    }

    static final class CleaningThread {
        static Object use() {
            return Cleaner.create();
        }
    }

    static final class OtherProcess {
        static long use() {
            return ProcessHandle.current().pid();
        }
    }

    static final class Services {
        static Object use() {
            return ServiceLoader.load(Runnable.class);
        }
    }

    static final class Zip {
        static Class<?> use() {
            return ZipFile.class;
        }
    }

    static final class Notify {
        static void use(Object lock) {
            lock.notifyAll();
        }
    }
}

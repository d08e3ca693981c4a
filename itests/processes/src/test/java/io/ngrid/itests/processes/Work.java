package io.ngrid.itests.processes;

import io.ngrid.api.DistributedMap;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OutcomeUnknownException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What a {@link PlainNode} has its node do, each in threads of its own, and the ledgers of it. */
final class Work {
    private static final String KEY = "number";
    private static final int FILLED_AT_ONCE = 2_000;

    private final String id;
    private final Supplier<DistributedQueue<String>> queue;
    private final Supplier<DistributedMap<String, String>> map;
    private final LongAdder answered = new LongAdder();
    private final CountDownLatch stop = new CountDownLatch(1);

    /** The queue and the map are asked for when something is to be done with them: a node without work does nothing. */
    Work(String id, Supplier<DistributedQueue<String>> queue, Supplier<DistributedMap<String, String>> map) {
        this.id = id;
        this.queue = queue;
        this.map = map;
    }

    /** One call; it may be repeated under another number only if its outcome is known, or known to be unknown. */
    private interface Call {
        boolean done() throws InterruptedException;
    }

    void produce(String file, int threads, int count, int pauseMillis, int padding) throws IOException {
        Ledger ledger = new Ledger(file);
        String pad = ".".repeat(padding);
        for (int thread = 1; thread <= threads; thread++) {
            String name = id + "-p" + thread;
            start(() -> {
                DistributedQueue<String> offers = queue.get();
                for (int n = 1; n <= count && !stopped(pauseMillis); n++) {
                    String element = name + "-" + n;
                    settle(ledger, element, () -> {
                        if (!offers.offer(pad + element)) {
                            return false;
                        }
                        ledger.write("ok", element);
                        return true;
                    });
                }
                ledger.write("end", name);
            });
        }
    }

    void consume(String file) throws IOException {
        Ledger ledger = new Ledger(file);
        start(() -> {
            DistributedQueue<String> takes = queue.get();
            while (!stopped(0)) {
                settle(ledger, "-", () -> {
                    String element = takes.poll(1, TimeUnit.SECONDS);
                    if (element == null) {
                        PlainNode.tell("EMPTY");
                    } else {
                        ledger.write("ok", element.substring(element.lastIndexOf('.') + 1));
                    }
                    return true;
                });
            }
            ledger.write("end", "-");
        });
    }

    void put(String file) throws IOException {
        Ledger ledger = new Ledger(file);
        start(() -> {
            DistributedMap<String, String> puts = map.get();
            for (int n = 1; !stopped(0); n++) {
                String number = String.valueOf(n);
                settle(ledger, number, () -> {
                    puts.put(KEY, number);
                    ledger.write("ok", number);
                    return true;
                });
            }
            ledger.write("end", "-");
        });
    }

    void fill(int count) {
        start(() -> {
            DistributedMap<String, String> puts = map.get();
            Map<String, String> some = new TreeMap<>();
            for (int n = 1; n <= count; n++) {
                some.put("key-" + n, "the value of number " + n);
                if (some.size() == FILLED_AT_ONCE || n == count) {
                    puts.putAll(some);
                    some.clear();
                }
            }
            PlainNode.tell("FILLED");
        });
    }

    void get(String file) throws IOException {
        Ledger ledger = new Ledger(file);
        start(() -> {
            DistributedMap<String, String> gets = map.get();
            while (!stopped(0)) {
                settle(ledger, "-", () -> {
                    long began = millis();
                    String number = gets.get(KEY);
                    ledger.write("ok", began + "-" + (number == null ? "0" : number));
                    return true;
                });
            }
            ledger.write("end", "-");
        });
    }

    /** Calls that were done. */
    long answered() {
        return answered.sum();
    }

    /** Ends the threads, each after its call under way. */
    void stop() {
        stop.countDown();
    }

    private void settle(Ledger ledger, String what, Call call) {
        while (true) {
            try {
                if (call.done()) {
                    answered.increment();
                    return;
                }
                if (stopped(0)) {
                    return;
                }
            } catch (NotExecutedException e) { // safe to repeat
                PlainNode.tell(e.toString());
                if (stopped(0)) {
                    return;
                }
            } catch (OutcomeUnknownException e) {
                ledger.write("unknown", what);
                return;
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts this thread", e);
            }
        }
    }

    private boolean stopped(int waitMillis) {
        try {
            return stop.await(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "work");
        thread.setDaemon(true);
        thread.start();
    }

    /** Milliseconds of the machine's monotonic clock, which all processes share. */
    static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static final class Ledger {
        private final Writer writer;

        Ledger(String file) throws IOException {
            writer = Files.newBufferedWriter(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }

        synchronized void write(String event, String element) {
            try {
                writer.write(millis() + " " + event + " " + element + "\n");
                writer.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

package io.ngrid.itests.processes;

import io.ngrid.api.Codecs;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OutcomeUnknownException;
import io.ngrid.node.NGridNodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A node in a process of its own, without OSGi; ends when its standard input does. Arguments: ID, port, peers, directory,
 * then {@code produce <ledger> <threads> <count>}, {@code consume <ledger>}, or nothing. Ledgers are as the demo's.
 */
public final class PlainNode {
    static final String QUEUE = "orders";

    private PlainNode() {}

    /**
     * Runs the node.
     *
     * @param args see above
     * @throws IOException if a ledger cannot be written
     */
    public static void main(String[] args) throws IOException {
        NGridConfig config = NGridConfig.builder()
                .cluster("processes")
                .nodeId(args[0])
                .port(Integer.parseInt(args[1]))
                .peers(args[2].split(","))
                .dataDirectory(Path.of(args[3]))
                .operationTimeout(Duration.ofSeconds(20))
                .build();
        NGridNode node = NGridNodes.start(config);
        node.addListener(changed -> say(changed.state() + " leader="
                + changed.leader().orElse(null) + " epoch=" + changed.epoch() + " " + changed.reason()));
        DistributedQueue<String> queue = node.queue(QUEUE, Codecs.string());
        if (args.length > 4 && args[4].equals("produce")) {
            Writer ledger = ledger(args[5]);
            for (int thread = 1; thread <= Integer.parseInt(args[6]); thread++) {
                String name = "p-" + thread;
                start(() -> produce(queue, ledger, name, Integer.parseInt(args[7])));
            }
        } else if (args.length > 4 && args[4].equals("consume")) {
            Writer ledger = ledger(args[5]);
            start(() -> consume(queue, ledger));
        }
        while (System.in.read() >= 0) {
            // until the test closes it, or dies
        }
        node.close();
        System.exit(0);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "work");
        thread.setDaemon(true);
        thread.start();
    }

    private static void produce(DistributedQueue<String> queue, Writer ledger, String name, int count) {
        for (int n = 1; n <= count; ) {
            try {
                if (queue.offer(name + "-" + n)) {
                    write(ledger, "ok", name + "-" + n);
                    n++;
                }
            } catch (NotExecutedException e) { // safe to repeat
                say(e.toString());
            } catch (OutcomeUnknownException e) {
                write(ledger, "unknown", name + "-" + n);
                n++;
            }
        }
        write(ledger, "end", name);
    }

    private static void consume(DistributedQueue<String> queue, Writer ledger) {
        while (true) {
            try {
                String element = queue.poll(1, TimeUnit.SECONDS);
                if (element != null) {
                    write(ledger, "ok", element);
                } else {
                    say("EMPTY");
                }
            } catch (NotExecutedException e) {
                say(e.toString());
            } catch (OutcomeUnknownException e) {
                write(ledger, "unknown", "-");
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static Writer ledger(String file) throws IOException {
        return Files.newBufferedWriter(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void write(Writer ledger, String event, String element) {
        synchronized (ledger) {
            try {
                ledger.write(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + " " + event + " " + element + "\n");
                ledger.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
    }
}

package io.ngrid.itests.processes;

import io.ngrid.api.Codecs;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OutcomeUnknownException;
import io.ngrid.node.NGridNodes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A node in a process of its own, without OSGi; ends when its standard input does. Arguments: ID, port, peers, directory.
 * Lines of its input: {@code produce <ledger> <threads> <count>}, {@code consume <ledger>}. Ledgers are as the demo's.
 */
public final class PlainNode {
    static final String QUEUE = "orders";

    private PlainNode() {}

    /**
     * Runs the node.
     *
     * @param args see above
     * @throws IOException if a ledger cannot be written, or the input not be read
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
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            obey(queue, line.split(" "));
        }
        node.close();
        System.exit(0);
    }

    private static void obey(DistributedQueue<String> queue, String[] command) throws IOException {
        Writer ledger = ledger(command[1]);
        if (command[0].equals("produce")) {
            for (int thread = 1; thread <= Integer.parseInt(command[2]); thread++) {
                String name = "p-" + thread;
                start(() -> produce(queue, ledger, name, Integer.parseInt(command[3])));
            }
        } else {
            start(() -> consume(queue, ledger));
        }
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

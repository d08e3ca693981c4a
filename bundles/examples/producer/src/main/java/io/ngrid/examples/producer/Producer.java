package io.ngrid.examples.producer;

import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OutcomeUnknownException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers numbered messages to a queue, in order, and keeps a ledger of what became of them. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.ngrid.example.producer",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Producer.Config.class)
public final class Producer {
    private static final Logger LOG = LoggerFactory.getLogger(Producer.class);
    private static final long RETRY_MILLIS = 20;
    private static final long STOP_MILLIS = 15_000;

    @ObjectClassDefinition(
            name = "NGrid example producer",
            description = "Offers numbered messages. Another queue: queue.target = (ngrid.queue=orders)")
    @interface Config {
        @AttributeDefinition(description = "First part of the messages.")
        String producer() default "producer";

        @AttributeDefinition(description = "How many messages each thread offers; 0 for no end.")
        long messages() default 1000;

        @AttributeDefinition(description = "How many threads offer, each in its own order.")
        int threads() default 1;

        @AttributeDefinition(description = "Milliseconds between two messages of a thread.")
        long pause() default 0;

        @AttributeDefinition(description = "File that gets a line for each message.")
        String ledger() default "data/example-producer.ledger";
    }

    private final Config config;

    @SuppressWarnings("NullAway.Init") // set before start
    private DistributedQueue<String> queue;

    private final Ledger ledger;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    /** A method: for a field bnd takes a queue, which is a Collection, for many services. */
    @Reference(name = "queue", target = "(ngrid.queue=default)")
    void setQueue(DistributedQueue<String> queue) {
        this.queue = queue;
    }

    /** Opens the ledger. */
    @Activate
    public Producer(Config config) throws IOException {
        this.config = config;
        this.ledger = new Ledger(Path.of(config.ledger()));
    }

    /** Starts to offer. */
    @Activate
    public void start() throws IOException {
        for (int i = 1; i <= config.threads(); i++) {
            String name = config.producer() + "-" + i;
            long last = ledger.lastOf(name);
            if (last >= 0) {
                threads.add(new Thread(() -> run(name, last), "ngrid-example-" + name));
            }
        }
        threads.forEach(Thread::start);
    }

    private void run(String name, long last) {
        long n = last + 1;
        if (last > 0) { // it may have been offered just before the end of an earlier life
            ledger.write("unknown", name + "-" + n);
            n++;
        }
        try {
            while ((config.messages() == 0 || n <= config.messages()) && !stopped(config.pause())) {
                if (offer(name + "-" + n)) {
                    n++;
                }
            }
            if (config.messages() > 0 && n > config.messages()) {
                ledger.write("end", name);
            }
        } catch (RuntimeException e) {
            LOG.error("thread {} ends", name, e);
        }
    }

    /** True when the outcome is known, or known to be unknown; false to offer the same message again. */
    private boolean offer(String message) {
        try {
            if (queue.offer(message)) {
                ledger.write("ok", message);
                return true;
            }
            LOG.debug("the queue {} is full", queue.name());
        } catch (NotExecutedException e) { // safe to repeat
            LOG.debug("{} again: {}", message, e.getMessage());
        } catch (OutcomeUnknownException e) { // to repeat it might double it
            LOG.warn("{} may have been offered: {}", message, e.getMessage());
            ledger.write("unknown", message);
            return true;
        }
        stopped(RETRY_MILLIS);
        return false;
    }

    private boolean stopped(long waitMillis) {
        try {
            return stop.await(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stop.countDown(); // nobody but a container that loses patience interrupts this thread
            return true;
        }
    }

    /** Ends after the messages under way. */
    @Deactivate
    public void stop() throws InterruptedException, IOException {
        stop.countDown();
        for (Thread thread : threads) {
            thread.join(STOP_MILLIS);
        }
        ledger.close();
    }
}

package io.ngrid.examples.consumer;

import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OutcomeUnknownException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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

/** Takes messages from a queue and keeps a ledger of them. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.ngrid.example.consumer",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Consumer.Config.class)
public final class Consumer {
    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final long RETRY_MILLIS = 20;
    private static final long STOP_MILLIS = 15_000;

    @ObjectClassDefinition(
            name = "NGrid example consumer",
            description = "Takes messages. Another queue: queue.target = (ngrid.queue=orders)")
    @interface Config {
        @AttributeDefinition(description = "How many threads take; with one, the ledger shows the order.")
        int threads() default 1;

        @AttributeDefinition(description = "File that gets a line for each message.")
        String ledger() default "data/example-consumer.ledger";
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
    public Consumer(Config config) throws IOException {
        this.config = config;
        this.ledger = new Ledger(Path.of(config.ledger()));
    }

    /** Starts to take. */
    @Activate
    public void start() {
        for (int i = 1; i <= config.threads(); i++) {
            threads.add(new Thread(this::run, "ngrid-example-consumer-" + i));
        }
        threads.forEach(Thread::start);
    }

    private void run() {
        try {
            while (!stopped(0)) {
                take();
            }
        } catch (RuntimeException e) {
            LOG.error("a consumer thread ends", e);
        }
    }

    private void take() {
        try {
            String message = queue.poll(WAIT);
            if (message != null) {
                ledger.write("ok", message);
            }
        } catch (NotExecutedException e) { // nothing was taken
            LOG.debug("nothing taken: {}", e.getMessage());
            stopped(RETRY_MILLIS);
        } catch (OutcomeUnknownException e) { // a message may have been taken for nobody
            LOG.warn("a message may be lost: {}", e.getMessage());
            ledger.write("unknown", "-");
        } catch (InterruptedException e) { // nothing was taken
            stop.countDown();
        }
    }

    private boolean stopped(long waitMillis) {
        try {
            return stop.await(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stop.countDown(); // nobody but a container that loses patience interrupts this thread
            return true;
        }
    }

    /** Ends after the polls under way. */
    @Deactivate
    public void stop() throws InterruptedException, IOException {
        stop.countDown();
        for (Thread thread : threads) {
            thread.join(STOP_MILLIS);
        }
        ledger.close();
    }
}

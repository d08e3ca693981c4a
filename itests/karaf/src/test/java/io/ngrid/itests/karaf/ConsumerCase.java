package io.ngrid.itests.karaf;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotSame;

import java.util.function.Function;
import org.apache.karaf.itests.KarafTestSupport;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;

/** A bundle with a queue injected: {@code DistributedQueue<Order>}, with an Order that only this bundle has. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class ConsumerCase extends KarafTestSupport {
    {
        retry = new Retry(false); // a test that fails is not run again
    }

    @Override
    @Configuration
    public Option[] config() {
        return Containers.assembly(super.config());
    }

    @Test
    public void aConsumersOwnClassMakesTheRoundTrip() throws Exception {
        Function<String, String> desk = new OrderDesk(bundleContext).component();

        assertEquals("true", desk.apply("offer ann 3"));
        assertEquals("ann:3", desk.apply("poll 20000"));
    }

    @Test
    public void H45_aRefreshedConsumerGetsItsNewClasses() throws Exception {
        OrderDesk orderDesk = new OrderDesk(bundleContext);
        Function<String, String> old = orderDesk.component();
        assertEquals("true", old.apply("offer ben 4"));

        new Ssh(getSshPort()).succeed("bundle:update --refresh desk");

        Function<String, String> refreshed = orderDesk.component();
        assertNotSame(old.getClass(), refreshed.getClass());
        assertEquals("1", refreshed.apply("activations"));
        assertEquals("ben:4", refreshed.apply("poll 20000"));
    }
}

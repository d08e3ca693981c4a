package io.ngrid.election;

import io.ngrid.election.core.ElectionCore;
import io.ngrid.spi.election.Election;
import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.election.ElectionOptions;
import java.util.random.RandomGenerator;
import org.osgi.service.component.annotations.Component;

/** Makes {@link ElectionCore}s. */
@Component(service = ElectionFactory.class)
public final class CoreElectionFactory implements ElectionFactory {
    @Override
    public Election create(ElectionOptions options, RandomGenerator random, long nowNanos) {
        return new ElectionCore(options, random, nowNanos);
    }
}

package io.ngrid.replication;

import io.ngrid.replication.core.FormationCore;
import io.ngrid.replication.core.ReplicationCore;
import io.ngrid.spi.LogReader;
import io.ngrid.spi.replication.Formation;
import io.ngrid.spi.replication.FormationOptions;
import io.ngrid.spi.replication.Replication;
import io.ngrid.spi.replication.ReplicationFactory;
import io.ngrid.spi.replication.ReplicationOptions;
import java.util.random.RandomGenerator;
import org.osgi.service.component.annotations.Component;

/** Makes the replication and formation cores. */
@Component
public final class CoreReplicationFactory implements ReplicationFactory {
    @Override
    public Replication create(ReplicationOptions options, LogReader log, long nowNanos) {
        return new ReplicationCore(options, log, nowNanos);
    }

    @Override
    public Formation createFormation(FormationOptions options, RandomGenerator random, long nowNanos) {
        return new FormationCore(options, random, nowNanos);
    }
}

package io.ngrid.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.replication.ReplicationFactory;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CoreReplicationFactoryTest {
    @Test
    void itIsFoundByServiceLoader() {
        assertThat(ServiceLoader.load(ReplicationFactory.class))
                .hasOnlyElementsOfType(CoreReplicationFactory.class)
                .hasSize(1);
    }
}

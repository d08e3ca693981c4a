package io.ngrid.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.FullPolicy;
import io.ngrid.api.QueueSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class GridObjectTest {
    private final GridObject<QueueSettings> orders = new GridObject<>(Kind.QUEUE, "orders");
    private final FakeNode node = new FakeNode((method, args) -> 0L);

    private static QueueSettings kryo(String... classes) {
        return new QueueSettings("orders", "kryo", List.of(classes), Long.MAX_VALUE, FullPolicy.REJECT);
    }

    @Test
    void theClustersSettingsCount() {
        orders.declare(QueueSettings.of("orders", "string"), "a.cfg");
        QueueSettings cluster = new QueueSettings("orders", "bytes", List.of(), 7, FullPolicy.DROP_OLDEST);
        node.queues.add(cluster);

        assertThat(orders.learn(node)).isTrue();
        assertThat(orders.agreed().settings()).isEqualTo(cluster);
        assertThat(orders.toPropose(node)).isNull();
        assertThat(orders.learn(node)).isFalse();
    }

    @Test
    void aLongerListOfClassesExtendsTheClusters() {
        orders.declare(kryo("A", "B"), "a.cfg");
        node.queues.add(kryo("A"));
        orders.learn(node);

        assertThat(orders.agreed().settings()).isEqualTo(kryo("A", "B"));
        assertThat(orders.toPropose(node)).isEqualTo(kryo("A", "B"));
        assertThat(orders.toPropose(node)).isNull(); // once
        orders.notProposed();
        assertThat(orders.toPropose(node)).isEqualTo(kryo("A", "B"));
    }

    @Test
    void aShorterListObeysAndKeepsItsOwnCodec() {
        orders.declare(kryo("A"), "a.cfg");
        node.queues.add(kryo("A", "B"));
        orders.learn(node);

        assertThat(orders.agreed().settings()).isEqualTo(kryo("A", "B"));
        assertThat(orders.agreed().file()).isEqualTo(kryo("A"));
    }

    @Test
    void anotherListOfClassesIsAnErrorThatNamesTheFirstDifference() {
        orders.declare(kryo("A", "X"), "a.cfg");
        node.queues.add(kryo("A", "B", "C"));
        orders.learn(node);

        assertThatThrownBy(orders::agreed)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a.cfg: classes has X at position 2, where the cluster has B");
        assertThat(orders.toPropose(node)).isNull();
    }

    /** A provisional cluster of one is dropped for the cluster that the node's file names. */
    @Test
    void isCreatedAgainInAnotherClusterThanTheOneThatHadIt() {
        orders.declare(kryo("A"), "a.cfg");
        node.queues.add(kryo("A"));
        orders.learn(node);
        assertThat(orders.toPropose(node)).isNull();

        FakeNode restarted = new FakeNode((method, args) -> 0L);
        assertThat(orders.toPropose(restarted)).isEqualTo(kryo("A"));

        node.queues.clear(); // dropped while it runs
        assertThat(orders.toPropose(node)).isEqualTo(kryo("A"));
        assertThat(orders.toPropose(node)).isNull();
    }

    @Test
    void twoFilesForOneQueueAreRefused() {
        orders.declare(kryo("A"), "a.cfg");

        assertThatThrownBy(() -> orders.declare(kryo("A"), "b.cfg"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("b.cfg: name = orders")
                .hasMessageContaining("a.cfg");
    }

    @Test
    void whatTheClusterHasOutlivesItsFile() {
        orders.declare(kryo("A"), "a.cfg");
        assertThat(orders.isInCluster()).isFalse();
        node.queues.add(kryo("A"));
        orders.learn(node);
        orders.retract();

        assertThat(orders.isDeclared()).isFalse();
        assertThat(orders.isInCluster()).isTrue();
        assertThat(orders.agreed().settings()).isEqualTo(kryo("A"));
    }
}

package io.ngrid.services;

import io.ngrid.api.CodecException;
import io.ngrid.api.Codecs;
import io.ngrid.api.ConfigurationException;
import io.ngrid.api.DistributedMap;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NGridNode;
import io.ngrid.api.QueueSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What differs between queues and maps.
 *
 * @param <S> type of the settings
 */
interface Kind<S> {
    Kind<QueueSettings> QUEUE = new QueueKind();
    Kind<MapSettings> MAP = new MapKind();

    /** The word for people. */
    String word();

    Class<?> service();

    /** The service property that holds the name. */
    String nameProperty();

    String name(S settings);

    /** Value of the service property ngrid.codec. */
    Object codecs(S settings);

    /** What exists in the cluster, as the node knows it. */
    List<S> of(NGridNode node);

    /**
     * What to go by when the cluster has other settings than the file: the cluster's, with the file's classes where those
     * are longer.
     *
     * @throws ConfigurationException if a list of classes differs other than in its length
     */
    S agree(S file, S cluster, String source);

    /**
     * Opens the object on a node, with codecs that belong to one consumer. A class list comes from the file where there
     * is one: a consumer that is behind the cluster's list must still work.
     *
     * @throws CodecException if the settings ask for a class that the consumer does not see, or a codec that is not known
     */
    Object open(NGridNode node, S settings, @Nullable S file, Consumer consumer);

    /** Has the cluster create it, or extend its classes; waits for the cluster. */
    void create(NGridNode node, S settings);

    /** The longer of two lists of classes; one must begin with the other. */
    static List<String> agree(String key, List<String> file, List<String> cluster, String source) {
        for (int i = 0; i < Math.min(file.size(), cluster.size()); i++) {
            if (!file.get(i).equals(cluster.get(i))) {
                throw new ConfigurationException(source + ": " + key + " has " + file.get(i) + " at position " + (i + 1)
                        + ", where the cluster has " + cluster.get(i)
                        + "; allowed: the cluster's list, and more classes at its end");
            }
        }
        return file.size() > cluster.size() ? file : cluster;
    }

    /** Queues. */
    final class QueueKind implements Kind<QueueSettings> {
        @Override
        public String word() {
            return "queue";
        }

        @Override
        public Class<?> service() {
            return DistributedQueue.class;
        }

        @Override
        public String nameProperty() {
            return "ngrid.queue";
        }

        @Override
        public String name(QueueSettings settings) {
            return settings.name();
        }

        @Override
        public Object codecs(QueueSettings settings) {
            return settings.codec();
        }

        @Override
        public List<QueueSettings> of(NGridNode node) {
            return node.queues();
        }

        @Override
        public QueueSettings agree(QueueSettings file, QueueSettings cluster, String source) {
            List<String> classes = file.codec().equals(cluster.codec())
                    ? Kind.agree("classes", file.classes(), cluster.classes(), source)
                    : cluster.classes();
            return new QueueSettings(
                    cluster.name(), cluster.codec(), classes, cluster.capacity(), cluster.fullPolicy());
        }

        @Override
        public Object open(NGridNode node, QueueSettings settings, @Nullable QueueSettings file, Consumer consumer) {
            QueueSettings told = file != null && file.codec().equals(settings.codec()) ? file : settings;
            return node.queue(settings, consumer.codec(settings.codec(), told.classes()));
        }

        @Override
        public void create(NGridNode node, QueueSettings settings) {
            node.queue(settings, Codecs.bytes()).sizeAsLong(); // any call does
        }
    }

    /** Maps. */
    final class MapKind implements Kind<MapSettings> {
        @Override
        public String word() {
            return "map";
        }

        @Override
        public Class<?> service() {
            return DistributedMap.class;
        }

        @Override
        public String nameProperty() {
            return "ngrid.map";
        }

        @Override
        public String name(MapSettings settings) {
            return settings.name();
        }

        @Override
        public Object codecs(MapSettings settings) {
            return List.of(settings.keyCodec(), settings.valueCodec());
        }

        @Override
        public List<MapSettings> of(NGridNode node) {
            return node.maps();
        }

        @Override
        public MapSettings agree(MapSettings file, MapSettings cluster, String source) {
            List<String> keys = file.keyCodec().equals(cluster.keyCodec())
                    ? Kind.agree("key.classes", file.keyClasses(), cluster.keyClasses(), source)
                    : cluster.keyClasses();
            List<String> values = file.valueCodec().equals(cluster.valueCodec())
                    ? Kind.agree("value.classes", file.valueClasses(), cluster.valueClasses(), source)
                    : cluster.valueClasses();
            return new MapSettings(cluster.name(), cluster.keyCodec(), keys, cluster.valueCodec(), values);
        }

        @Override
        public Object open(NGridNode node, MapSettings settings, @Nullable MapSettings file, Consumer consumer) {
            MapSettings keys = file != null && file.keyCodec().equals(settings.keyCodec()) ? file : settings;
            MapSettings values = file != null && file.valueCodec().equals(settings.valueCodec()) ? file : settings;
            return node.map(
                    settings,
                    consumer.codec(settings.keyCodec(), keys.keyClasses()),
                    consumer.codec(settings.valueCodec(), values.valueClasses()));
        }

        @Override
        public void create(NGridNode node, MapSettings settings) {
            node.map(settings, Codecs.bytes(), Codecs.bytes()).sizeAsLong();
        }
    }
}

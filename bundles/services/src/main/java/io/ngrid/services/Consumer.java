package io.ngrid.services;

import io.ngrid.api.Codec;
import io.ngrid.api.CodecException;
import io.ngrid.api.Codecs;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/**
 * A bundle that got a service, in its present wiring. A refreshed bundle gets the service anew, and with it codecs of its
 * new classes.
 *
 * @param bundle the bundle, for messages
 * @param loader where its classes come from, and nowhere else
 */
record Consumer(String bundle, ClassLoader loader) {
    static Consumer of(Bundle bundle) {
        return new Consumer(
                bundle.getSymbolicName() + " [" + bundle.getBundleId() + "]",
                bundle.adapt(BundleWiring.class).getClassLoader());
    }

    /**
     * A codec by its name in the settings.
     *
     * @throws CodecException if it is not known, or a class is not visible to the consumer
     */
    Codec<?> codec(String name, List<String> classes) {
        return switch (name) {
            case "bytes" -> Codecs.bytes();
            case "string" -> Codecs.string();
            case "kryo" ->
                Codecs.kryo(loader, classes.stream().map(this::resolve).toArray(Class<?>[]::new));
            default ->
                throw new CodecException(
                        "codec " + name + " is known only to the program that made it; a service knows "
                                + String.join(", ", SettingsFile.CODECS));
        };
    }

    private Class<?> resolve(String name) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new CodecException(
                    "class " + name + ", named in the settings, is not visible to bundle " + bundle
                            + ": let the bundle contain it or import its package, or correct the name",
                    e);
        }
    }
}

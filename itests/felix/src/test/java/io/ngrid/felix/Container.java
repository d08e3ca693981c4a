package io.ngrid.felix;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import javax.management.MBeanServer;
import org.awaitility.Awaitility;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.FrameworkWiring;

/** A bare Felix with Declarative Services, Configuration Admin, the JMX whiteboard and NGrid's bundles. */
final class Container implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(40);

    /** Symbolic names of what is installed from the class path. */
    private static final List<String> INSTALLED = List.of(
            "io.ngrid.",
            "io.netty.",
            "io.vavr",
            "com.esotericsoftware.",
            "org.objenesis",
            "org.apache.felix.scr",
            "org.apache.felix.configadmin",
            "org.osgi.service.component",
            "org.osgi.util.",
            "org.apache.aries.jmx.whiteboard");

    private final Framework framework;

    Container(Path cache) throws BundleException, IOException {
        String slf4j = "";
        for (String version : List.of("1.7.36", "2.0.17")) {
            slf4j += ",org.slf4j;version=" + version + ",org.slf4j.event;version=" + version
                    + ",org.slf4j.helpers;version=" + version + ",org.slf4j.spi;version=" + version;
        }
        Map<String, String> settings = new HashMap<>();
        settings.put(Constants.FRAMEWORK_STORAGE, cache.toString());
        settings.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, slf4j.substring(1));
        settings.put("felix.cm.dir", cache.resolve("cm").toString());
        framework = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(settings);
        framework.init();
        BundleContext context = framework.getBundleContext();
        context.registerService(MBeanServer.class, ManagementFactory.getPlatformMBeanServer(), new Hashtable<>());
        List<Bundle> bundles = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (isInstalled(Path.of(entry))) {
                bundles.add(context.installBundle("reference:" + Path.of(entry).toUri()));
            }
        }
        framework.start();
        for (Bundle bundle : bundles) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
    }

    private static boolean isInstalled(Path jar) throws IOException {
        if (!Files.isRegularFile(jar)) {
            return false;
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String name =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
            return name != null && INSTALLED.stream().anyMatch(name::startsWith);
        }
    }

    Bundle bundle(String symbolicName) {
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            if (symbolicName.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        throw new AssertionError("no bundle " + symbolicName);
    }

    Bundle install(byte[] jar) throws BundleException {
        Bundle bundle = framework.getBundleContext().installBundle("test:desk", new ByteArrayInputStream(jar));
        bundle.start();
        return bundle;
    }

    /** As {@code bundle:update} and {@code bundle:refresh}: new contents, and nobody keeps a class of the old. */
    void update(Bundle bundle, InputStream contents) throws Exception {
        bundle.update(contents);
        java.util.concurrent.CountDownLatch refreshed = new java.util.concurrent.CountDownLatch(1);
        FrameworkListener listener = event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        };
        framework.adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), listener);
        if (!refreshed.await(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)) {
            throw new AssertionError("not refreshed within " + PATIENCE);
        }
    }

    /** Sets a configuration; a PID with a tilde is one of a factory. By reflection: its API lives in a bundle. */
    void configure(String pid, Map<String, String> values) throws Exception {
        Object admin = service("(objectClass=org.osgi.service.cm.ConfigurationAdmin)");
        int tilde = pid.indexOf('~');
        Object configuration = tilde < 0
                ? admin.getClass()
                        .getMethod("getConfiguration", String.class, String.class)
                        .invoke(admin, pid, "?")
                : admin.getClass()
                        .getMethod("getFactoryConfiguration", String.class, String.class, String.class)
                        .invoke(admin, pid.substring(0, tilde), pid.substring(tilde + 1), "?");
        configuration.getClass().getMethod("update", Dictionary.class).invoke(configuration, new Hashtable<>(values));
    }

    /** Waits for a service. */
    ServiceReference<?> reference(String filter) {
        return Awaitility.await("service " + filter)
                .atMost(PATIENCE)
                .until(() -> find(filter), references -> references != null)[0];
    }

    Object service(String filter) {
        return framework.getBundleContext().getService(reference(filter));
    }

    private ServiceReference<?>[] find(String filter) throws InvalidSyntaxException {
        return framework.getBundleContext().getAllServiceReferences(null, filter);
    }

    @Override
    public void close() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(PATIENCE.toMillis());
    }
}

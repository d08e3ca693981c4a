package io.ngrid.testkit;

import io.ngrid.testkit.desk.Desk;
import io.ngrid.testkit.desk.Order;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A consumer bundle, as a jar in memory: a component that is given the queue {@code orders}, and a class of its own. */
public final class DeskBundle {
    /** Filter of the service by which a test tells the component what to do. */
    public static final String SERVICE = "(&(objectClass=java.util.function.Function)(component.name=desk))";

    private static final String COMPONENT = """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="desk" activate="activate" immediate="true">
              <service><provide interface="java.util.function.Function"/></service>
              <reference name="queue" interface="io.ngrid.api.DistributedQueue" target="(ngrid.queue=orders)" bind="setQueue"/>
              <implementation class="io.ngrid.testkit.desk.Desk"/>
            </scr:component>
            """;

    private DeskBundle() {}

    /**
     * Makes the jar.
     *
     * @return its bytes
     */
    public static byte[] jar() throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "desk");
        headers.putValue("Bundle-Version", "1.0.0");
        headers.putValue("Import-Package", "io.ngrid.api;version=\"[1.0,2)\"");
        headers.putValue("Service-Component", "OSGI-INF/desk.xml");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Class<?> type : List.of(Desk.class, Order.class)) {
                String entry = type.getName().replace('.', '/') + ".class";
                try (InputStream in = type.getClassLoader().getResourceAsStream(entry)) {
                    jar.putNextEntry(new JarEntry(entry));
                    in.transferTo(jar);
                }
            }
            jar.putNextEntry(new JarEntry("OSGI-INF/desk.xml"));
            jar.write(COMPONENT.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}

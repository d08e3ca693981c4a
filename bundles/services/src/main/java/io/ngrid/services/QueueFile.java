package io.ngrid.services;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** One file io.ngrid.queue-*.cfg; a file that is not valid fails the activation. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.ngrid.queue",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SettingsFile.QueueKeys.class, factory = true)
public final class QueueFile {
    @Reference
    private GridServices grid;

    private @Nullable Runnable retraction;

    @Activate
    void activate(Map<String, ?> properties) {
        ConfigFile file = new ConfigFile(properties);
        retraction = grid.queues().declare(SettingsFile.queue(file), file.source());
    }

    @Deactivate
    void deactivate() {
        if (retraction != null) {
            retraction.run();
        }
    }
}

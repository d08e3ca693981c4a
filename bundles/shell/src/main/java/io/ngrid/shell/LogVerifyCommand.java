package io.ngrid.shell;

import io.ngrid.spi.storage.StorageReport;
import io.ngrid.spi.view.NodeView;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** The command ngrid:log-verify. */
@Service
@Command(
        scope = "ngrid",
        name = "log-verify",
        description = "Reads all files of this node, as far as they are written, and changes nothing")
public final class LogVerifyCommand extends NodeCommand {
    @Option(name = "--no-format", description = "Print without borders and titles, for scripts")
    private boolean noFormat;

    @Override
    void run(NodeView node, PrintStream out) {
        StorageReport report = node.verify();
        Tables.files(report).print(out, !noFormat);
        if (report.corrupt() > 0) {
            throw new IllegalStateException(report.summary() + ". " + StorageReport.WAYS_OUT);
        }
        out.println(report.summary());
    }
}

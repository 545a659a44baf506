using System.CommandLine;
using System.Globalization;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Kernels;
using Spectre.Console;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta devices</c>.</summary>
internal static class DevicesCommand
{
    internal static Command Create(Screen screen)
    {
        Command command = new("devices", "Lists what can compute here, the preferred first, by the names that --device takes.");
        command.SetAction(_ =>
        {
            Table table = new Table().Border(TableBorder.Rounded).AddColumn("device").AddColumn("what it is").AddColumn(new TableColumn("memory").RightAligned());
            foreach (DeviceInfo device in Device.All())
            {
                table.AddRow(Markup.Escape(device.Name), Markup.Escape(device.Description), Memory(device.MemoryBytes));
            }

            screen.Console.Write(table);
            using Device best = Device.Best();
            screen.Output.WriteLine($"--device best takes {best.Choice}.");
        });
        return command;
    }

    private static string Memory(long bytes) =>
        bytes <= 0 ? "" : (bytes / (double)(1L << 30)).ToString("0.0", CultureInfo.InvariantCulture) + " GiB";
}

using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Scst;
using Scst.Iscsi;
using Scst.VDisk;
using ServeDisk;

var listen = new Option<string[]>("--listen") { Description = "ADDRESS:PORT to listen at; repeatable", DefaultValueFactory = _ => ["127.0.0.1:3260"] };
var iqn = new Option<string>("--iqn") { Description = "name of the target", DefaultValueFactory = _ => "iqn.2026-01.net.scst:disk" };
var disk = new Option<string[]>("--disk") { Description = $"a disk; repeatable, LUN 0, 1, ... in order: {DiskSpec.Syntax}", DefaultValueFactory = _ => ["file=disk.img,size=1GiB"] };
var initiator = new Option<string[]>("--initiator") { Description = "pattern (* ? !) of initiator names that may see the disks; repeatable", DefaultValueFactory = _ => ["*"] };
var state = new Option<DirectoryInfo?>("--state") { Description = "directory for what must outlive the process, such as persistent reservations with APTPL and saved mode pages" };
var busyPoll = new Option<int>("--busy-poll") { Description = "microseconds that an I/O thread looks for work before it sleeps (Linux)" };
var log = new Option<LogLevel>("--log") { Description = "log level on standard error", DefaultValueFactory = _ => LogLevel.Warning };
var root = new RootCommand("Serves disks over iSCSI.") { listen, iqn, disk, initiator, state, busyPoll, log };
root.SetAction((arguments, _) => ServeAsync(arguments));

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
    return Complain(parsed.Errors[0].Message);
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });

async Task<int> ServeAsync(ParseResult arguments)
{
    using ILoggerFactory loggers = LoggerFactory.Create(builder => builder
        .SetMinimumLevel(arguments.GetValue(log))
        .AddSimpleConsole(console => console.SingleLine = true)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
    var disks = new List<DiskHandler>();
    var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    // The first signal stops in order; a second one ends the process at once.
    Action<PosixSignalContext> onSignal = context => context.Cancel = stop.TrySetResult();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, onSignal);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, onSignal);
    try
    {
        if (arguments.GetValue(state) is { Exists: false } missing)
            throw new DirectoryNotFoundException($"There is no directory '{missing.FullName}'.");
        IPEndPoint[] portals = [.. arguments.GetValue(listen)!.Select(ParseEndPoint)];
        DiskSpec[] specs = [.. arguments.GetValue(disk)!.Select(DiskSpec.Parse)];
        // Disposed last: what ends in the engine may still be stored.
        await using FileStateStore? store = arguments.GetValue(state) is { } directory ? new FileStateStore(directory.FullName) : null;
        await using var engine = new ScsiEngine(new ScsiEngineOptions { LoggerFactory = loggers, StateStore = store });
        await using var driver = new IscsiTargetDriver(engine, new IscsiDriverOptions { Portals = portals, BusyPoll = TimeSpan.FromMicroseconds(arguments.GetValue(busyPoll)) });
        foreach (DiskSpec spec in specs)
            disks.Add(spec.Open(loggers));
        string name = arguments.GetValue(iqn)!;
        LogicalUnit[] units = [.. disks.Select((handler, lun) => engine.AddLogicalUnit($"{name}/{lun}/{specs[lun].Name}", handler))];
        AccessControlGroup group = AccessControlGroup.Of(units) with { Initiators = [.. arguments.GetValue(initiator)!] };
        driver.AddTarget(name, new TargetOptions { Groups = [group] });
        await driver.StartAsync(CancellationToken.None);
        for (int lun = 0; lun < units.Length; lun++)
            Console.WriteLine($"{specs[lun].Name}: iscsi://{driver.Endpoints[0]}/{name}/{lun}");
        Console.WriteLine($"Try: qemu-img info iscsi://{driver.Endpoints[0]}/{name}/0");
        await StatusLine.ShowUntilAsync(stop.Task, driver);
    }
    catch (Exception exception) when (exception is IOException or FormatException or ArgumentException or UnauthorizedAccessException or SocketException)
    {
        return Complain(exception.Message);
    }
    finally
    {
        foreach (DiskHandler handler in disks)
        {
            if (await handler.CloseAsync() is var status and not StoreStatus.Ok)
                Environment.ExitCode = Complain($"The last flush failed: {status}. Data written since the flush before it may be lost.");
        }
    }
    return Environment.ExitCode;
}

static IPEndPoint ParseEndPoint(string text) =>
    IPEndPoint.TryParse(text, out IPEndPoint? endPoint) && text.Contains(':', StringComparison.Ordinal)
        ? endPoint
        : throw new FormatException($"'{text}' is not an ADDRESS:PORT such as 127.0.0.1:3260 or [::1]:3260.");

static int Complain(string message)
{
    Console.Error.WriteLine($"ServeDisk: {message.ReplaceLineEndings(" ")}");
    return 1;
}

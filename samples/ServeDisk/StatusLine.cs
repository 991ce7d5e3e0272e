using Scst.Iscsi;

namespace ServeDisk;

/// <summary>Connections and throughput: one live line on a terminal, else a plain line whenever something changed.</summary>
internal static class StatusLine
{
    internal static async Task ShowUntilAsync(Task stop, IscsiTargetDriver driver)
    {
        bool live = !Console.IsOutputRedirected;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        IscsiDriverStatistics last = driver.GetStatistics();
        while (await Task.WhenAny(stop, timer.WaitForNextTickAsync(CancellationToken.None).AsTask()) != stop)
        {
            IscsiDriverStatistics now = driver.GetStatistics();
            string line = $"{now.Sessions} sessions, {now.Commands - last.Commands} commands/s, "
                + $"{(now.BytesIn - last.BytesIn) >> 20} MiB/s in, {(now.BytesOut - last.BytesOut) >> 20} MiB/s out";
            if (live)
                Console.Write($"\r{line,-78}");
            else if (now.Sessions != last.Sessions || now.Commands != last.Commands)
                Console.WriteLine(line);
            last = now;
        }
        if (live)
            Console.WriteLine();
    }
}

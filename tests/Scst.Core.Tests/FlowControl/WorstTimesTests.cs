using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Scst.Tests.FlowControl;

/// <summary>The window of the worst times.</summary>
[TestFixture]
internal sealed class WorstTimesTests
{
    private const int Window = 80;

    [Test]
    public void It_remembers_all_of_the_window_and_forgets_what_is_an_eighth_older()
    {
        Gen<(int Wait, int Elapsed, int Timeout)> note =
            from wait in Gen.Frequency((8, Gen.Choose(0, 30)), (1, Gen.Choose(0, 3 * Window)))
            from elapsed in Gen.Choose(1, 1000)
            from timeout in Gen.Choose(1, 1000)
            select (wait, elapsed, timeout);
        Prop.ForAll(note.ArrayOf().ToArbitrary(), notes =>
        {
            var window = new WorstTimes(TimeSpan.FromTicks(Window));
            var noted = new List<(long At, CommandTime Time)>();
            long now = 0;
            foreach ((int wait, int elapsed, int timeout) in notes)
            {
                now += wait;
                var time = new CommandTime(TimeSpan.FromTicks(elapsed), TimeSpan.FromTicks(timeout));
                noted.Add((now, time));
                window.Note(TimeSpan.FromTicks(now), time);
                double share = window.At(TimeSpan.FromTicks(now)).Share;
                if (share < noted.Where(one => one.At > now - Window).Max(one => one.Time.Share))
                    return false;
                if (share > noted.Where(one => one.At >= now - (Window * 9 / 8)).Max(one => one.Time.Share))
                    return false;
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Test]
    public void It_does_not_move_back()
    {
        var window = new WorstTimes(TimeSpan.FromTicks(Window));
        window.Note(TimeSpan.FromTicks(200), FlowFigures.TimeOf(1));
        window.Note(TimeSpan.FromTicks(0), FlowFigures.TimeOf(2));
        Assert.That(window.At(TimeSpan.FromTicks(200)), Is.EqualTo(FlowFigures.TimeOf(2)));
    }

    [Test]
    public void The_worst_is_the_nearest_to_its_timeout_and_not_the_longest()
    {
        var window = new WorstTimes(TimeSpan.FromTicks(Window));
        var slowFormat = new CommandTime(TimeSpan.FromMinutes(10), TimeSpan.FromHours(10));
        window.Note(TimeSpan.Zero, slowFormat);
        window.Note(TimeSpan.Zero, FlowFigures.TimeOf(7));
        Assert.That(window.At(TimeSpan.Zero), Is.EqualTo(FlowFigures.TimeOf(7)));
    }
}

using System.Text;
using Kilo.BuildingBlocks.Content;
using Kilo.Testing;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Content;

/// <summary>What every <see cref="IPartialContents"/> promises.</summary>
public abstract partial class ContentStoreContract
{
    private static readonly byte[] Metadata = "what the caller wants to know later"u8.ToArray();

    public static TheoryData<int, int> Pieces => new() { { 0, 1 }, { 1, 1 }, { Small, 3 }, { 64 * 1024, 2 }, { 64 * 1024 + 1, 2 }, { Large, 7 }, { 5_000_000, 3 } };

    [SkippableTheory]
    [MemberData(nameof(Pieces))]
    public async Task Pieces_become_one_content(int size, int pieces)
    {
        var (bytes, id) = (Bytes(size), await PartialAsync());

        foreach (var piece in bytes.Chunk(Math.Max(1, (size + pieces - 1) / pieces)))
        {
            await using var partial = await TakeAsync(id);
            await partial.AppendAsync(new TrickleStream(piece), whole: false, default);
        }

        await using var whole = await TakeAsync(id);
        whole.Length.ShouldBe(size);
        await using var staged = await whole.CompleteAsync(default);
        (staged.Size, staged.Hash).ShouldBe((size, HashOf(bytes)));
        (await ReadAsync(staged.Hash)).ShouldBeNull();
        await staged.CommitAsync(default);
        (await ReadAsync(staged.Hash)).ShouldBeBytes(bytes);
        await whole.DropAsync(default);
        (await ReadAsync(staged.Hash)).ShouldBeBytes(bytes);
    }

    [SkippableFact]
    public async Task What_was_never_created_cannot_be_found_or_taken()
    {
        (await _store.Partial.FindAsync(Guid.NewGuid(), default)).ShouldBeNull();
        (await _store.Partial.TakeAsync(Guid.NewGuid(), default)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task An_id_is_created_once_also_by_many_at_once()
    {
        var id = Guid.NewGuid();

        var created = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () => (Metadata: new[] { (byte)i }, First: await _store.Partial.CreateAsync(id, new[] { (byte)i }, default)))));

        (await _store.Partial.FindAsync(id, default)).ShouldBe(created.Single(c => c.First).Metadata);
        (await _store.Partial.CreateAsync(id, Metadata, default)).ShouldBeFalse();
    }

    [SkippableFact]
    public async Task Metadata_is_kept_and_can_be_replaced()
    {
        var id = await PartialAsync();
        (await _store.Partial.FindAsync(id, default)).ShouldBe(Metadata);
        await using (var partial = await TakeAsync(id))
        {
            partial.Metadata.ToArray().ShouldBe(Metadata);
            await partial.SaveAsync("longer than what was there before, and different"u8.ToArray(), default);
            Encoding.UTF8.GetString(partial.Metadata.Span).ShouldStartWith("longer");
        }

        Encoding.UTF8.GetString((await _store.Partial.FindAsync(id, default))!).ShouldStartWith("longer");
        await using var later = await TakeAsync(id);
        Encoding.UTF8.GetString(later.Metadata.Span).ShouldStartWith("longer");
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(Large)]
    [InlineData(3_000_000)]
    public async Task A_source_that_breaks_leaves_what_came_before(int after)
    {
        var id = await PartialAsync();
        await using (var partial = await TakeAsync(id))
        {
            await partial.AppendAsync(new MemoryStream(Bytes(Small)), whole: false, default);
            await Should.ThrowAsync<EndOfStreamException>(() => partial.AppendAsync(new BrokenStream(after, () => throw new EndOfStreamException()), whole: false, default));
            partial.Length.ShouldBe(Small + after);
            await partial.AppendAsync(new MemoryStream(Bytes(Small)), whole: false, default);
        }

        // A broken stream gives zeros.
        await ShouldBecomeAsync(_store, id, [.. Bytes(Small), .. new byte[after], .. Bytes(Small)]);
    }

    [SkippableTheory]
    [InlineData(10)]
    [InlineData(Large)]
    [InlineData(3_000_000)]
    public async Task A_piece_that_must_be_whole_leaves_nothing_when_its_source_breaks(int after)
    {
        var id = await PartialAsync();
        await using (var partial = await TakeAsync(id))
        {
            await partial.AppendAsync(new MemoryStream(Bytes(Small)), whole: true, default);
            await Should.ThrowAsync<EndOfStreamException>(() => partial.AppendAsync(new BrokenStream(after, () => throw new EndOfStreamException()), whole: true, default));
            partial.Length.ShouldBe(Small);
            await partial.AppendAsync(new MemoryStream(Bytes(Large)), whole: true, default);
            partial.Length.ShouldBe(Small + Large);
            await partial.AppendAsync(new MemoryStream(Bytes(Small)), whole: false, default);
        }

        await ShouldBecomeAsync(_store, id, [.. Bytes(Small), .. Bytes(Large), .. Bytes(Small)]);
    }

    [SkippableFact]
    public async Task An_append_that_is_cancelled_keeps_what_came()
    {
        var id = await PartialAsync();
        using var cancel = new CancellationTokenSource();
        await using (var partial = await TakeAsync(id))
        {
            await Should.ThrowAsync<OperationCanceledException>(() => partial.AppendAsync(new BrokenStream(Large, cancel.Cancel), whole: false, cancel.Token));
            partial.Length.ShouldBe(Large);
        }
        await ShouldBecomeAsync(_store, id, new byte[Large]);
    }

    [SkippableFact]
    public async Task Who_takes_it_ends_the_append_of_whoever_had_it_and_goes_on_behind_what_came()
    {
        var id = await PartialAsync();
        await using var first = await TakeAsync(id);
        var silent = new SilentStream(Bytes(Large));
        var stuck = first.AppendAsync(silent, whole: false, default);
        await Eventually.Ends("the source to fall silent", silent.Silent);

        var taking = TakeAsync(id);
        await Should.ThrowAsync<PartialContentTakenException>(() => Eventually.Ends("the first append to end", stuck));
        await first.DisposeAsync();

        await using (var second = await taking)
        {
            second.Length.ShouldBe(Large);
            await second.AppendAsync(new MemoryStream(Bytes(Small)), whole: false, default);
        }
        await ShouldBecomeAsync(_store, id, [.. Bytes(Large), .. Bytes(Small)]);
    }

    [SkippableFact]
    public async Task Finding_it_disturbs_nobody()
    {
        var id = await PartialAsync();
        await using var partial = await TakeAsync(id);
        var silent = new SilentStream(Bytes(Large));
        var append = partial.AppendAsync(silent, whole: false, default);
        await Eventually.Ends("the source to fall silent", silent.Silent);

        (await _store.Partial.FindAsync(id, default)).ShouldBe(Metadata);

        silent.End();
        await append;
        partial.Length.ShouldBe(Large);
    }

    [SkippableFact]
    public async Task Many_who_append_at_once_each_append_all_or_are_told()
    {
        var id = await PartialAsync();
        var appended = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                try
                {
                    await using var partial = await TakeAsync(id);
                    await partial.AppendAsync(new MemoryStream(Bytes(Small)), whole: true, default);
                    Interlocked.Increment(ref appended);
                }
                catch (PartialContentTakenException)
                {
                    // A newer one has it.
                }
            }
        })));

        appended.ShouldBePositive();
        await ShouldBecomeAsync(_store, id, [.. Enumerable.Repeat(Bytes(Small), appended).SelectMany(b => b)]);
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task A_complete_one_can_be_completed_and_committed_again(int size)
    {
        var id = await PartialAsync();
        await using (var partial = await TakeAsync(id))
        {
            await partial.AppendAsync(new MemoryStream(Bytes(size)), whole: false, default);
            await using (await partial.CompleteAsync(default))
            {
                // Not committed: nothing is lost.
            }
            for (var i = 0; i < 2; i++)
            {
                await using var staged = await partial.CompleteAsync(default);
                await staged.CommitAsync(default);
            }
        }

        (await TakenLengthAsync(_store, id)).ShouldBe(size);
        await ShouldBecomeAsync(_store, id, Bytes(size));
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task Committing_renews_an_equal_content(int size)
    {
        var hash = await StoreAsync(Bytes(size));
        time.Advance(TimeSpan.FromHours(1));
        var before = time.Now;
        await using var partial = await TakeAsync(await PartialAsync());
        await partial.AppendAsync(new MemoryStream(Bytes(size)), whole: false, default);
        await (await partial.CompleteAsync(default)).CommitAsync(default);

        (await _store.DeleteAsync(hash, before, default)).ShouldBeFalse();
        time.Advance(TimeSpan.FromHours(1));
        before = time.Now;
        await (await partial.CompleteAsync(default)).CommitAsync(default);

        (await _store.DeleteAsync(hash, before, default)).ShouldBeFalse();
        (await UntouchedAsync(DateTimeOffset.MaxValue)).ShouldBe([hash]);
    }

    [SkippableFact]
    public async Task A_partial_content_is_no_content()
    {
        await using var partial = await TakeAsync(await PartialAsync());
        await partial.AppendAsync(new MemoryStream(Bytes(Large)), whole: false, default);

        (await UntouchedAsync(DateTimeOffset.MaxValue)).ShouldBeEmpty();
        (await ReadAsync(HashOf(Bytes(Large)))).ShouldBeNull();
    }

    [SkippableFact]
    public async Task What_was_dropped_is_gone_and_its_id_is_free()
    {
        var id = await PartialAsync();
        await using (var partial = await TakeAsync(id))
        {
            await partial.AppendAsync(new MemoryStream(Bytes(Large)), whole: false, default);
            await partial.DropAsync(default);
        }
        (await _store.Partial.FindAsync(id, default)).ShouldBeNull();
        (await _store.Partial.TakeAsync(id, default)).ShouldBeNull();

        (await _store.Partial.CreateAsync(id, Metadata, default)).ShouldBeTrue();
        (await TakenLengthAsync(_store, id)).ShouldBe(0);
        await ShouldBecomeAsync(_store, id, []);
    }

    [SkippableFact]
    public async Task A_sweep_drops_what_nobody_touched_since()
    {
        var (old, touched, saved, had) = (await PartialAsync(), await PartialAsync(), await PartialAsync(), await PartialAsync());
        await using var held = await TakeAsync(had);
        time.Advance(TimeSpan.FromDays(1));
        var before = time.Now;
        await using (var partial = await TakeAsync(touched))
        {
            await partial.AppendAsync(new MemoryStream(Bytes(Small)), whole: false, default);
            partial.Touched.ShouldBe(time.Now);
        }
        await using (var partial = await TakeAsync(saved))
        {
            await partial.SaveAsync(Metadata, default);
        }

        (await _store.Partial.SweepAsync(before, default)).ShouldBe(1);

        (await _store.Partial.FindAsync(old, default)).ShouldBeNull();
        (await TakenLengthAsync(_store, touched)).ShouldBe(Small);
        (await _store.Partial.FindAsync(saved, default)).ShouldNotBeNull();
        (await _store.Partial.FindAsync(had, default)).ShouldNotBeNull("somebody has it");
    }

    [SkippableFact]
    public async Task After_a_crash_what_was_acknowledged_is_there_and_goes_on()
    {
        storage.MustSurviveReopening();
        var sizes = new Dictionary<Guid, int>();
        foreach (var size in new[] { 0, Small, Large, 5_000_000 })
        {
            var id = await PartialAsync();
            sizes[id] = size;
            await using var partial = await TakeAsync(id);
            await partial.AppendAsync(new MemoryStream(Bytes(size)), whole: false, default);
        }

        storage.Crash();
        var store = storage.Open();

        foreach (var (id, size) in sizes)
        {
            (await store.Partial.FindAsync(id, default)).ShouldBe(Metadata);
            await using (var partial = (await store.Partial.TakeAsync(id, default)).ShouldNotBeNull())
            {
                partial.Length.ShouldBe(size);
                await partial.AppendAsync(new MemoryStream(Bytes(Small)), whole: false, default);
            }
            await ShouldBecomeAsync(store, id, [.. Bytes(size), .. Bytes(Small)]);
        }
    }

    [SkippableFact]
    public Task After_a_crash_in_the_middle_of_a_piece_what_is_there_is_the_beginning_of_what_was_sent() => CrashInTheMiddleAsync(whole: false);

    [SkippableFact]
    public Task After_a_crash_in_the_middle_of_a_piece_that_must_be_whole_nothing_of_it_is_there() => CrashInTheMiddleAsync(whole: true);

    private async Task CrashInTheMiddleAsync(bool whole)
    {
        storage.MustSurviveReopening();
        var (id, bytes) = (await PartialAsync(), Bytes(70_000_000));
        await using var partial = await TakeAsync(id);
        await partial.AppendAsync(new MemoryStream(bytes[..Large]), whole: false, default);
        var silent = new SilentStream(bytes[Large..]);
        var append = partial.AppendAsync(silent, whole, default);
        await Eventually.Ends("the source to fall silent", silent.Silent);

        storage.Crash();
        silent.End();
        await append;
        var store = storage.Open();

        var there = await TakenLengthAsync(store, id);
        there.ShouldBeInRange(Large, whole ? Large : bytes.Length);
        await using (var again = (await store.Partial.TakeAsync(id, default)).ShouldNotBeNull())
        {
            await again.AppendAsync(new MemoryStream(bytes[(int)there..]), whole: false, default);
        }
        await ShouldBecomeAsync(store, id, bytes);
    }

    [SkippableFact]
    public async Task After_a_crash_behind_the_commit_it_can_be_completed_again()
    {
        storage.MustSurviveReopening();
        var sizes = new Dictionary<Guid, int>();
        foreach (var size in new[] { Small, Large })
        {
            var id = await PartialAsync();
            sizes[id] = size;
            await using var partial = await TakeAsync(id);
            await partial.AppendAsync(new MemoryStream(Bytes(size)), whole: false, default);
            await (await partial.CompleteAsync(default)).CommitAsync(default);
        }

        storage.Crash();
        var store = storage.Open();

        foreach (var (id, size) in sizes)
        {
            (await TakenLengthAsync(store, id)).ShouldBe(size);
            await ShouldBecomeAsync(store, id, Bytes(size));
        }
    }

    [SkippableFact]
    public async Task Pieces_may_come_through_one_process_and_another()
    {
        storage.MustSurviveReopening();
        var (id, bytes) = (await PartialAsync(), Bytes(5_000_000));
        var processes = new[] { _store, storage.Open(), storage.Open() };

        var next = 0;
        foreach (var piece in bytes.Chunk(700_000))
        {
            await using var partial = (await processes[next++ % 3].Partial.TakeAsync(id, default)).ShouldNotBeNull();
            await partial.AppendAsync(new MemoryStream(piece), whole: next % 2 == 0, default);
        }

        await ShouldBecomeAsync(processes[0], id, bytes);
    }

    [SkippableFact]
    public async Task Another_process_takes_it_from_one_that_waits_for_a_dead_connection()
    {
        storage.MustSurviveReopening();
        var (id, other) = (await PartialAsync(), storage.Open());
        await using var first = await TakeAsync(id);
        var silent = new SilentStream(Bytes(Large));
        var stuck = first.AppendAsync(silent, whole: false, default);
        await Eventually.Ends("the source to fall silent", silent.Silent);

        var taking = other.Partial.TakeAsync(id, default);
        await Should.ThrowAsync<PartialContentTakenException>(() => Eventually.Ends("the first append to end", stuck));
        await first.DisposeAsync();

        await using var second = (await taking).ShouldNotBeNull();
        second.Length.ShouldBe(Large);
    }

    private async Task<Guid> PartialAsync()
    {
        var id = Guid.NewGuid();
        (await _store.Partial.CreateAsync(id, Metadata, default)).ShouldBeTrue();
        return id;
    }

    private async Task<IPartialContent> TakeAsync(Guid id) => (await _store.Partial.TakeAsync(id, default)).ShouldNotBeNull();

    private static async Task<long> TakenLengthAsync(IContentStore store, Guid id)
    {
        await using var partial = (await store.Partial.TakeAsync(id, default)).ShouldNotBeNull();
        return partial.Length;
    }

    private static async Task ShouldBecomeAsync(IContentStore store, Guid id, byte[] bytes)
    {
        await using var partial = (await store.Partial.TakeAsync(id, default)).ShouldNotBeNull();
        partial.Length.ShouldBe(bytes.Length);
        await using var staged = await partial.CompleteAsync(default);
        staged.Hash.ShouldBe(HashOf(bytes));
        await staged.CommitAsync(default);
        (await DrainAsync((await store.OpenAsync(staged.Hash, 0, long.MaxValue, default)).ShouldNotBeNull())).ShouldBeBytes(bytes);
    }
}

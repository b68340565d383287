namespace McpGateway.Frontend.Metering;

/// <summary>What the process itself uses: processor, memory, collections, threads; under the names that other .NET services give them.</summary>
internal static class ProcessCounts
{
    public static void Write(PrometheusText text)
    {
        One(text, "process_cpu_seconds_total", "counter", "Processor time of user and system.", Environment.CpuUsage.TotalTime.TotalSeconds);
        One(text, "process_resident_memory_bytes", "gauge", "Memory that is resident, mapped files included.", Environment.WorkingSet);
        One(text, "dotnet_gc_heap_total_allocated_bytes_total", "counter", "Bytes allocated on the managed heap since the process began.", GC.GetTotalAllocatedBytes());
        One(text, "dotnet_gc_last_collection_heap_size_bytes", "gauge", "Managed heap after the last collection.", GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes);
        One(text, "dotnet_gc_pause_time_seconds_total", "counter", "How long collections have stopped everything.", GC.GetTotalPauseDuration().TotalSeconds);
        text.Begin("dotnet_gc_collections_total", "counter", "Collections, by the oldest generation that was collected.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            // The runtime counts a collection in every generation that it took in.
            var older = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
            text.Sample("dotnet_gc_collections_total", GC.CollectionCount(generation) - older, ("gc_heap_generation", $"gen{generation}"));
        }

        One(text, "dotnet_thread_pool_thread_count", "gauge", "Threads of the pool.", ThreadPool.ThreadCount);
        One(text, "dotnet_thread_pool_queue_length", "gauge", "Work that waits for a thread of the pool.", ThreadPool.PendingWorkItemCount);
    }

    private static void One(PrometheusText text, string name, string type, string help, double value)
    {
        text.Begin(name, type, help);
        text.Sample(name, value);
    }
}

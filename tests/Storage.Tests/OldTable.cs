using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace McpGateway.Storage.Tests;

/// <summary>A table as an earlier version knows it: by its columns of then, whatever has been added since.</summary>
internal sealed class OldTable
{
    private readonly ITable _table;
    private readonly Dictionary<string, (OldTable Table, string Column)> _references = [];

    // Enumerations are stored by name, and only the model of today knows the names.
    private readonly IEntityType _today;

    private OldTable(ITable table, IEntityType today) => (_table, _today) = (table, today);

    /// <summary>The tables after this migration, each behind those that it refers to.</summary>
    public static List<OldTable> All(DbContext context, string migration)
    {
        var assembly = context.GetService<IMigrationsAssembly>();
        var model = context.GetService<IModelRuntimeInitializer>().Initialize(
            assembly.CreateMigration(assembly.Migrations[migration], context.Database.ProviderName!).TargetModel, designTime: true, validationLogger: null);
        var waiting = model.GetRelationalModel().Tables.ToList();
        var sorted = new List<OldTable>();
        while (waiting.Count > 0)
        {
            var next = waiting.First(table => table.ForeignKeyConstraints.All(key => key.PrincipalTable == table || sorted.Exists(done => done._table == key.PrincipalTable)));
            waiting.Remove(next);
            var old = new OldTable(next, context.Model.GetEntityTypes().Single(entity => entity.GetTableName() == next.Name));
            foreach (var key in next.ForeignKeyConstraints)
            {
                for (var i = 0; i < key.Columns.Count; i++)
                {
                    old._references[key.Columns[i].Name] = (sorted.Single(done => done._table == key.PrincipalTable), key.PrincipalColumns[i].Name);
                }
            }

            sorted.Add(old);
        }

        return sorted;
    }

    /// <summary>A row in each table, with what its version would say and nothing of what came later.</summary>
    public static async Task InsertAsync(DbContext context, IEnumerable<OldTable> tables, int number, CancellationToken cancellationToken)
    {
        foreach (var table in tables)
        {
            var values = table._table.Columns.Select(column => table.Sample(column.Name, number));
            await ExecuteAsync(context, $"INSERT INTO \"{table._table.Name}\" ({table.Columns}) VALUES ({string.Join(", ", values)})", cancellationToken);
        }
    }

    /// <summary>Writes every row again, as an update of the whole row does.</summary>
    public static async Task TouchAsync(DbContext context, IEnumerable<OldTable> tables, CancellationToken cancellationToken)
    {
        foreach (var table in tables)
        {
            var set = table._table.Columns.Select(column => $"\"{column.Name}\" = \"{column.Name}\"");
            await ExecuteAsync(context, $"UPDATE \"{table._table.Name}\" SET {string.Join(", ", set)}", cancellationToken);
        }
    }

    /// <summary>The rows of each table, its columns of then, as text.</summary>
    public static async Task<Dictionary<string, string>> ReadAsync(DbContext context, IEnumerable<OldTable> tables, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, string>();
        await context.Database.OpenConnectionAsync(cancellationToken);
        foreach (var table in tables)
        {
            await using var command = context.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Names of our own model.
            command.CommandText = $"SELECT {table.Columns} FROM \"{table._table.Name}\" ORDER BY 1, 2";
#pragma warning restore CA2100
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<string>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
            }

            all.Add(table._table.Name, $"[{string.Join("; ", rows)}]");
        }

        return all;
    }

    private string Columns => string.Join(", ", _table.Columns.Select(column => $"\"{column.Name}\""));

    private string Sample(string name, int number)
    {
        if (_references.TryGetValue(name, out var reference))
        {
            return reference.Table.Sample(reference.Column, number);
        }

        var column = _table.FindColumn(name)!;
        var property = column.PropertyMappings[0].Property;
        if (property.GetElementType() is not null || column.StoreType.EndsWith("[]", StringComparison.Ordinal))
        {
            return column.StoreType == "TEXT" ? "'[]'" : "'{}'";
        }

        if (_today.FindProperty(property.Name)?.ClrType is { IsEnum: true } names)
        {
            return $"'{Enum.GetNames(names)[0]}'";
        }

        var text = number.ToString(CultureInfo.InvariantCulture);
        return column.StoreType.ToUpperInvariant() switch
        {
            "INTEGER" or "BIGINT" => text,
            "BOOLEAN" => "true",
            "BLOB" => $"x'0{text}'",
            "BYTEA" => $"'\\x0{text}'",
            "TIMESTAMP WITH TIME ZONE" => $"'2026-01-0{text}T00:00:00Z'",
            _ => $"'{name} {text}'",
        };
    }

    private static string Text(object value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        Array array => string.Join(',', array.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static Task<int> ExecuteAsync(DbContext context, string sql, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal), cancellationToken);
}

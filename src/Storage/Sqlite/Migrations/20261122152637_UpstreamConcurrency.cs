using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace McpGateway.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class UpstreamConcurrency : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "MaxConcurrency",
                table: "Upstreams",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "MaxConcurrency",
                table: "Upstreams");
        }
    }
}

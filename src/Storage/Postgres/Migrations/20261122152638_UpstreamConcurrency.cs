using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace McpGateway.Storage.Postgres.Migrations
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
                type: "integer",
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

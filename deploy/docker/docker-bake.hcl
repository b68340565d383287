# All images for both architectures:  REGISTRY=registry.example.com/mcp VERSION=0.1.0 docker buildx bake -f deploy/docker/docker-bake.hcl --push
variable "REGISTRY" { default = "mcp-gateway" }
variable "VERSION" { default = "0.1.0" }
variable "REVISION" { default = "unknown" }

group "default" {
  targets = ["image"]
}

target "image" {
  name       = image
  matrix     = { image = ["silo", "stdio", "frontend", "dashboard", "standalone", "standalone-stdio"] }
  context    = "."
  dockerfile = "deploy/docker/Dockerfile"
  target     = image
  platforms  = ["linux/amd64", "linux/arm64"]
  args       = { VERSION = VERSION, REVISION = REVISION }
  tags       = ["${REGISTRY}/mcp-gateway-${image}:${VERSION}"]
  attest     = ["type=provenance,mode=max", "type=sbom"]
}

#include "store/mount.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

/* From linux/magic.h and the file systems' own sources, where it lacks them.
 * FUSE is here because what lies behind it cannot be seen: sshfs, GlusterFS
 * and object stores look like a local ntfs-3g. */
static const struct {
	uint32_t type;
	const char *name;
} networks[] = {
	{ 0x00006969, "NFS" },		{ 0x0000517b, "SMB" },
	{ 0xff534d42, "CIFS" },		{ 0xfe534d42, "SMB2" },
	{ 0x5346414f, "AFS" },		{ 0x6b414653, "kAFS" },
	{ 0x73757245, "Coda" },		{ 0x0000564c, "NCP" },
	{ 0x01021997, "9P" },		{ 0x65735546, "FUSE" },
	{ 0x0bd00bd0, "Lustre" },	{ 0x00c36400, "Ceph" },
	{ 0x01161970, "GFS2" },		{ 0x7461636f, "OCFS2" },
	{ 0x47504653, "GPFS" },		{ 0x19830326, "BeeGFS" },
	{ 0xaad7aaea, "PanFS" },	{ 0x013111a8, "IBRIX" },
	{ 0x20030528, "OrangeFS" },	{ 0x786f4256, "VirtualBox share" },
	{ 0xbacbacbc, "VMware share" },
};

const char *mount_network(uint64_t type)
{
	/* Some machines sign-extend the number. */
	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++)
		if (networks[i].type == (uint32_t)type)
			return networks[i].name;
	return NULL;
}

/* The folder that PATH is in: "." for a bare name. */
static bool folder(const char *path, char *name, size_t room)
{
	const char *slash = strrchr(path, '/');
	int len = !slash	  ? snprintf(name, room, ".")
		  : slash == path ? snprintf(name, room, "/")
				  : snprintf(name, room, "%.*s",
					     (int)(slash - path), path);

	return len >= 0 && (size_t)len < room;
}

bool mount_is_local(const char *path, struct fault *why)
{
	char name[PATH_MAX];
	struct statfs fs;
	const char *network;

	if (!folder(path, name, sizeof(name)))
		return fault_set(why, FAULT_INTERNAL,
				 "the database's path is too long");
	/* The file itself says more than its folder: it may be a link or a
	 * mount of its own. */
	if (statfs(path, &fs) < 0 && statfs(name, &fs) < 0)
		return fault_set(why, FAULT_INTERNAL, "%s: %s", name,
				 strerror(errno));
	network = mount_network((uint64_t)fs.f_type);
	if (!network)
		return true;
	return fault_set(why, FAULT_INTERNAL,
			 "%s is on a network file system (%s), where a write-"
			 "ahead log would lose data: move it to a local disk, "
			 "or set `journal = rollback`",
			 path, network);
}

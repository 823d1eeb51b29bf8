#include "store/mount.h"

#include "support/row.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(mount, .timeout = 30);

static const struct {
	const char *label;
	uint64_t type;
	const char *name;
} types[] = {
	{ "nfs", 0x6969, "NFS" },
	{ "smb", 0x517b, "SMB" },
	{ "cifs", 0xff534d42, "CIFS" },
	{ "cifs, sign-extended", 0xffffffffff534d42, "CIFS" },
	{ "smb2", 0xfe534d42, "SMB2" },
	{ "smb2, sign-extended", 0xfffffffffe534d42, "SMB2" },
	{ "afs", 0x5346414f, "AFS" },
	{ "9p", 0x01021997, "9P" },
	{ "fuse, as sshfs is", 0x65735546, "FUSE" },
	{ "lustre", 0x0bd00bd0, "Lustre" },
	{ "ceph", 0x00c36400, "Ceph" },
	{ "ext4", 0xef53, NULL },
	{ "xfs", 0x58465342, NULL },
	{ "btrfs", 0x9123683e, NULL },
	{ "zfs", 0x2fc12fc1, NULL },
	{ "tmpfs", 0x01021994, NULL },
	{ "overlayfs", 0x794c7630, NULL },
	{ "nothing", 0, NULL },
};

EACH(mount, network_file_systems_are_told_by_number, types)
{
	const char *name = mount_network(row->type);

	cr_assert_eq(!name, !row->name, "%s", row->label);
	if (name)
		cr_expect_str_eq(name, row->name, "%s", row->label);
}

/* /proc and /tmp are on every machine that runs this; neither is remote. */
static const struct {
	const char *label, *path;
	bool local;
	const char *says;
} paths[] = {
	{ "a file to be", "/tmp/turnpike-not-there", true, "" },
	{ "a file that is", "/proc/self/status", true, "" },
	{ "at the root", "/turnpike-not-there", true, "" },
	{ "a bare name", "turnpike-not-there", true, "" },
	{ "no such folder", "/tmp/turnpike-no-folder/db", false,
	  "/tmp/turnpike-no-folder: No such file" },
};

EACH(mount, local_files_are_let_through, paths)
{
	struct fault why = { 0 };

	cr_assert_eq(chdir("/tmp"), 0);
	cr_expect_eq(mount_is_local(row->path, &why), row->local, "%s: %s",
		     row->label, why.text);
	cr_expect(strstr(why.text, row->says), "%s: %s", row->label, why.text);
}
